/* Reads a file, or the files of one folder, in this browser and sends them to the page's own kernel, one a
   message; nothing is uploaded anywhere else. */
const LARGEST_BYTES = 30_000_000;
const LARGEST_FILE = 3_500_000; // what one message may carry
export default () => ({
  render({ model, el }) {
    const words = model.get('words');
    const wanted = new RegExp(`^(?:${model.get('wanted')})$`);
    const note = document.createElement('span');
    note.className = 'ig-storage-note';
    note.setAttribute('role', 'status');
    const chosen = document.createElement('input');
    chosen.type = 'file';
    chosen.webkitdirectory = model.get('folder');
    chosen.hidden = true;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jupyter-button ig-btn';
    button.textContent = model.get('label');
    button.addEventListener('click', () => chosen.click());
    chosen.addEventListener('change', async () => {
      const files = [...chosen.files].filter((file) =>
        wanted.test(file.name) && file.webkitRelativePath.split('/').length <= 2);
      chosen.value = '';
      if (!files.length) { note.textContent = words.none; return; }
      const bytes = files.reduce((sum, file) => sum + file.size, 0);
      if (bytes > LARGEST_BYTES || files.some((file) => file.size > LARGEST_FILE)) {
        note.textContent = words.large;
        return;
      }
      note.textContent = '';
      const folder = files[0].webkitRelativePath.split('/')[0];
      for (const [place, file] of files.entries()) {
        const message = { file: file.name, folder, first: place === 0, left: files.length - 1 - place };
        model.send(message, undefined, [await file.arrayBuffer()]);
      }
    });
    el.classList.add('ig-storage');
    el.append(chosen, button, note);
  },
});
