/* Makes the page's code and first styles out of the packages in package-lock.json, and lists
   whose work is in them (`make page-code` runs it):

       npm ci --ignore-scripts && node build.mjs [FOLDER]
*/
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying|notice)/i;
const [folder = '../static'] = process.argv.slice(2);

const licenceOf = async (place) => {
  const { name, version, license } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'));
  const files = (await readdir(place)).filter((file) => LICENCE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(place, file), 'utf8')));
  if (!texts.length) texts.push(await readFile('LICENSE.jupyter', 'utf8')); // theirs come without one
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
};

/* jQuery tries a selector by having it thrown. Where a test or a developer tool watches, the browser
   then looks up every position of the whole script, 50 ms of a visit; it can be asked instead. */
const TRIED = /support\.cssHas = assert\( function\(\) \{\s+try \{[^}]+\} catch \( _ \) \{[^}]+\}\s+\} \);/;
const ASKED = 'support.cssHas = !CSS.supports( "selector(:has(*,:jqfake))" );';
const unthrown = {
  name: 'unthrown',
  setup: ({ onLoad }) => onLoad({ filter: /jquery\/dist\/jquery\.js$/ }, async ({ path }) => {
    const code = await readFile(path, 'utf8');
    if (!TRIED.test(code)) throw new Error('jQuery tries its selectors in another way now');
    return { contents: code.replace(TRIED, ASKED) };
  }),
};

const { metafile } = await build({
  entryPoints: ['page-code.mjs', 'page-code.css'],
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  inject: ['amd.mjs'],
  alias: { 'sanitize-html': './plain-text.mjs' },
  loader: { '.svg': 'dataurl' },
  legalComments: 'none',
  pure: ['console.debug'], // said at every connection, to nobody
  logLevel: 'warning',
  metafile: true,
  plugins: [unthrown],
});
const places = Object.keys(metafile.inputs).map((input) => PACKAGE.exec(input)?.[1]).filter(Boolean);
const licences = await Promise.all([...new Set(places)].sort().map(licenceOf));
await writeFile(join(folder, 'page-code.LICENSES.txt'), `${licences.join(`\n\n${'='.repeat(80)}\n\n`)}\n`);
