"""Widgets of a page that say nothing before the page listens."""

from typing import Any

#: The name of a widget's own line in Jupyter's protocol.
WIDGETS = "jupyter.widget"


def say_nothing_unheard() -> None:
    """Let widgets be silent until a page asks for the state of them all.

    A page of ours asks once it is drawn. Until then nobody listens, but a lesson
    told the server of its 350 widgets in a message each, which was most of the
    server's work for a page.
    """
    import comm
    from ipykernel.comm.comm import BaseComm
    from ipykernel.kernelbase import Kernel
    from ipywidgets import Widget

    class HeardComm(BaseComm):
        """A line of a kernel; a widget's opens when the page has asked."""

        def publish_msg(self, msg_type: str, *rest: Any, **named: Any) -> None:
            if self.target_name != WIDGETS or Widget._control_comm is not None:
                super().publish_msg(msg_type, *rest, **named)  # type: ignore[no-untyped-call]
            else:
                self.kernel = Kernel.instance()  # a widget whose line has none stays silent

    comm.create_comm = HeardComm  # its docstring: meant to be replaced
