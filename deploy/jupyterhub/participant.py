"""One participant's server behind the hub: our pages, opened by their own log-in only.

JupyterHub starts this with the address, the prefix and the secrets in the environment.
"""

import os
import sys
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import (
    JupyterHubAuthorizer,
    JupyterHubIdentityProvider,
    JupyterHubOAuthCallbackHandler,
)

from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.server.access import Access
from igmfat_nb.server.folder import notebook_named
from igmfat_nb.server.frame import HUB_FOOTER
from igmfat_nb.server.launcher import PageServer, serve
from igmfat_nb.server.settings import Serving

FIRST_LESSON = "50_workshop_eligibility"


class PageOAuth(HubOAuth):  # type: ignore[misc]
    """The hub's log-in, for pages whose scripts carry no XSRF token of the hub."""

    def check_xsrf_cookie(self, handler: Any) -> None:
        """Ask for no token where a page of this origin reads: reading changes nothing here."""
        site = handler.request.headers.get("Sec-Fetch-Site")
        if handler.request.method != "GET" or site != "same-origin":
            super().check_xsrf_cookie(handler)


class HubIdentity(JupyterHubIdentityProvider):  # type: ignore[misc]
    """The hub says who is there; any other participant is refused."""

    def should_check_origin(self, handler: Any) -> bool:
        """Check it always; asking who is there would ask in a circle."""
        return True


class ParticipantServer(PageServer):
    """Our pages below the hub's prefix, each request checked with the hub."""

    def init_settings(self) -> dict[str, Any]:
        """Our pages' settings, with the hub for identity and the proxy's host name allowed."""
        settings = super().init_settings()
        self.identity = HubIdentity(parent=self, hub_auth=PageOAuth(parent=self))
        settings["identity_provider"] = self.identity
        settings["authorizer"] = JupyterHubAuthorizer(parent=self, identity_provider=self.identity)
        # Every request names the proxy's host, and nothing but the proxy reaches this port.
        headers = {
            **self.tornado_settings["headers"],
            "X-JupyterHub-Version": version("jupyterhub"),
        }
        self.tornado_settings = {
            **self.tornado_settings,
            "compress_response": True,
            "headers": headers,
        }
        _forget_the_token(self.identity.hub_auth)
        return settings

    def framed(self) -> dict[str, Any]:
        """Say on every page whose computer this is."""
        return {**super().framed(), "footer": _(HUB_FOOTER)}

    def addresses(self) -> list[tuple[Any, ...]]:
        """Our pages, and where the hub sends a visitor back to."""
        callback = (
            self.base_url + "oauth_callback",
            JupyterHubOAuthCallbackHandler,
            {"hub_auth": self.identity.hub_auth},
        )
        return [callback, *super().addresses()]


def _forget_the_token(auth: HubOAuth) -> None:
    """Keep the hub's token in this process: kernels inherit the environment."""
    assert auth.api_token, "JupyterHub gives every server a token"  # noqa: S101
    del os.environ["JUPYTERHUB_API_TOKEN"]
    os.environ.pop("JPY_API_TOKEN", None)


def main() -> None:
    """Serve until the hub says stop."""
    address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    serving = Serving(
        notebook=notebook_named(os.environ.get("IGMFAT_HUB_NOTEBOOK") or FIRST_LESSON),
        access=Access(
            host=address.hostname or "",  # a container: every address it has
            base_url=os.environ["JUPYTERHUB_SERVICE_PREFIX"],
            by_hub=True,
        ),
        port=address.port,
        seats=int(os.environ.get("IGMFAT_HUB_PAGES", "3")),
    )
    serve(serving, lambda _address: None, ParticipantServer)


if __name__ == "__main__":
    try:
        main()
    except IgmFatError as refusal:
        sys.exit(str(refusal))
    except KeyError as missing:
        sys.exit(f"This server is started by JupyterHub, which sets {missing}.")
