'use strict';

const byId = id => document.getElementById(id);
const [form, drop, input, preview, status, classes, explanation, toggle, note] =
  ['form', 'drop', 'image', 'preview', 'status', 'classes', 'explanation', 'explain', 'note'].map(byId);

let image = null;
let limits = null;
/* Only the answer to the last question is shown. */
let asked = 0;
/* The image and the class that the page shows now. */
let answered = null;
let explained = 0;

const write = place => (text, wrong = false) => {
  place.textContent = text;
  place.hidden = text === '';
  place.classList.toggle('wrong', wrong);
};
const say = write(status);
const remark = write(note);

const wait = seconds => new Promise(done => setTimeout(done, 1000 * seconds));

const element = (name, className, text = '') => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

function show(top) {
  classes.replaceChildren(...top.map(({ label, probability }) => {
    const percent = `${(100 * probability).toFixed(1)}%`;
    const item = element('li', '');
    const track = element('div', 'track');
    const bar = element('div', 'bar');
    /* The number beside it says the same. */
    track.setAttribute('aria-hidden', 'true');
    bar.style.width = percent;
    track.append(bar);
    item.append(element('span', 'label', label), element('span', 'probability', percent), track);
    return item;
  }));
  classes.classList.remove('old');
}

function fail(text) {
  classes.replaceChildren();
  say(text, true);
  settle(null);
}

/* Asks until there is a place, or nobody wants the answer any more. */
async function ask(address, file, tell, stillWanted) {
  const body = new FormData();
  body.append('image', file);
  while (stillWanted()) {
    const answer = await fetch(address, { method: 'POST', body });
    if (answer.status !== 429)
      return answer;
    tell('The service is busy; this page tries again.');
    await wait(Number(answer.headers.get('Retry-After')) || 1);
  }
  return null;
}

async function predict() {
  const number = ++asked;
  const stillWanted = () => number === asked;
  if (!image)
    return;
  if (!byId('top').checkValidity())
    return fail('The number of classes must be 1 to 50.');
  if (limits && image.size > limits.maxRequestBytes)
    return fail(`The file is too large: ${(limits.maxRequestBytes / 1048576).toFixed(1)} MiB are allowed.`);
  say('Looking at the image…');
  classes.classList.add('old');
  try {
    const answer = await ask(`predict?top=${byId('top').value}`, image, say, stillWanted);
    if (!answer || !stillWanted())
      return;
    const content = await answer.json();
    if (!stillWanted())
      return;
    if (!answer.ok)
      return fail(content.detail ?? content.title);
    show(content.top);
    const percent = `${(100 * content.probability).toFixed(1)}%`;
    say(content.known ? `${content.label}, ${percent}` : `unknown: looks like none of the classes (nearest: ${content.label}, ${percent})`);
    if (answered?.image !== image)
      settle({ image, label: content.label });
  } catch {
    if (stillWanted())
      fail('The service cannot be reached.');
  }
}

function settle(answer) {
  answered = answer;
  explain();
}

/* The image with the map over it takes the place of the image, or gives it back. */
function cover(content, label = '') {
  URL.revokeObjectURL(explanation.src);
  explanation.hidden = !content;
  explanation.alt = label;
  if (content)
    explanation.src = URL.createObjectURL(content);
  else
    explanation.removeAttribute('src');
  preview.hidden = Boolean(content) || preview.naturalWidth === 0;
}

async function explain() {
  const number = ++explained;
  const stillWanted = () => number === explained;
  cover(null);
  if (limits?.notExplained)
    return;
  remark('');
  if (!toggle.checked || !answered)
    return;
  const { image: file, label } = answered;
  remark('Computing the explanation…');
  try {
    const answer = await ask(`explain?${new URLSearchParams({ label })}`, file, remark, stillWanted);
    if (!answer || !stillWanted())
      return;
    const content = await (answer.ok ? answer.blob() : answer.json());
    if (!stillWanted())
      return;
    if (!answer.ok)
      return remark(content.detail ?? content.title, true);
    cover(content, `Explanation of ${file.name} for ${label}`);
    remark(`Warmer parts contribute more to “${label}”; dark grey parts are not input to the network.`);
  } catch {
    if (stillWanted())
      remark('The service cannot be reached.', true);
  }
}

function take(file) {
  if (!file)
    return;
  image = file;
  settle(null);
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
  preview.alt = file.name;
  predict();
}

preview.addEventListener('load', () => { preview.hidden = !explanation.hidden; byId('invitation').hidden = true; });
preview.addEventListener('error', () => { preview.hidden = true; byId('invitation').hidden = false; });
/* The same file may be chosen again. */
input.addEventListener('change', () => { take(input.files[0]); input.value = ''; });
byId('top').addEventListener('change', predict);
toggle.addEventListener('change', explain);
form.addEventListener('submit', event => { event.preventDefault(); predict(); });
addEventListener('paste', event => take(event.clipboardData.files[0]));
for (const kind of ['dragenter', 'dragover'])
  addEventListener(kind, event => { event.preventDefault(); drop.classList.add('over'); });
addEventListener('dragleave', event => { if (!event.relatedTarget) drop.classList.remove('over'); });
addEventListener('drop', event => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer.files[0]);
});

fetch('health').then(answer => answer.json()).then(health => {
  limits = health;
  byId('model').textContent = `${health.model}, ${health.classes} classes`;
  toggle.disabled = Boolean(health.notExplained);
  if (health.notExplained)
    remark(`This model cannot be explained: ${health.notExplained}`);
}).catch(() => say('The service cannot be reached.', true));
