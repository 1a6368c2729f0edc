'use strict';

const byId = id => document.getElementById(id);
const [form, drop, input, preview, status, classes] = ['form', 'drop', 'picture', 'preview', 'status', 'classes'].map(byId);

let picture = null;
let limits = null;
/* Only the answer to the last question is shown. */
let asked = 0;

const say = (text, wrong = false) => {
  status.textContent = text;
  status.classList.toggle('wrong', wrong);
};

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
}

async function ask(file, top, stillWanted) {
  const body = new FormData();
  body.append('picture', file);
  while (stillWanted()) {
    const answer = await fetch(`predict?top=${top}`, { method: 'POST', body });
    if (answer.status !== 429)
      return answer;
    say('The service is busy; this page tries again.');
    await wait(Number(answer.headers.get('Retry-After')) || 1);
  }
  return null;
}

async function predict() {
  const number = ++asked;
  const stillWanted = () => number === asked;
  if (!picture)
    return;
  if (!byId('top').checkValidity())
    return fail('The number of classes must be 1 to 50.');
  if (limits && picture.size > limits.maxRequestBytes)
    return fail(`The file is too large: ${(limits.maxRequestBytes / 1048576).toFixed(1)} MiB are allowed.`);
  say('Looking at the picture…');
  classes.classList.add('old');
  try {
    const answer = await ask(picture, byId('top').value, stillWanted);
    if (!answer || !stillWanted())
      return;
    const content = await answer.json();
    if (!stillWanted())
      return;
    if (!answer.ok)
      return fail(content.detail ?? content.title);
    show(content.top);
    say(`${content.label}, ${(100 * content.probability).toFixed(1)}%`);
  } catch {
    if (stillWanted())
      fail('The service cannot be reached.');
  }
}

function take(file) {
  if (!file)
    return;
  picture = file;
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
  preview.alt = file.name;
  predict();
}

preview.addEventListener('load', () => { preview.hidden = false; byId('invitation').hidden = true; });
preview.addEventListener('error', () => { preview.hidden = true; byId('invitation').hidden = false; });
/* The same file may be chosen again. */
input.addEventListener('change', () => { take(input.files[0]); input.value = ''; });
byId('top').addEventListener('change', predict);
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
}).catch(() => say('The service cannot be reached.', true));
