"""A button that saves a file to the reader's computer, made at the moment of the click."""

from collections.abc import Callable

import anywidget
import traitlets as tl

CODE = """
export default () => ({
  render({ model, el }) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `jupyter-button ${model.get('main') ? 'ig-btn-main' : 'ig-btn'}`;
    const show = () => { button.textContent = model.get('label'); };
    button.addEventListener('click', () => {
      button.setAttribute('aria-busy', 'true');
      model.send({ ask: 'content' });
    });
    const save = (message) => {
      if (message?.name === undefined) return;
      button.removeAttribute('aria-busy');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([message.content], { type: message.type }));
      link.download = message.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };
    model.on('change:label', show);
    model.on('msg:custom', save);
    show();
    el.append(button);
    return () => { model.off('change:label', show); model.off('msg:custom', save); };
  },
});
"""
SavedFile = tuple[str, str, str]  # name, media type, content


class DownloadButton(anywidget.AnyWidget):
    """Asks ``make`` for name, media type and content, and saves them in the browser.

    ``main`` makes it the one filled button of a screen.
    """

    _esm = CODE
    label = tl.Unicode().tag(sync=True)
    main = tl.Bool(default_value=False).tag(sync=True)

    def __init__(self, label: str, make: Callable[[], SavedFile], *, main: bool = False) -> None:
        super().__init__(label=label, main=main)
        self._make = make
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: object, _buffers: object) -> None:
        if message == {"ask": "content"}:
            name, kind, content = self._make()
            self.send({"name": name, "type": kind, "content": content})
