'use strict';

const byId = id => document.getElementById(id);
const [form, drop, input, preview, status, classes, explanation, toggle, note, video, live, list] =
  ['form', 'drop', 'image', 'preview', 'status', 'classes', 'explanation', 'explain', 'note', 'camera', 'live', 'images'].map(byId);
const cameraSide = 640;

/* All images that were given together; one of them is shown. */
let entries = [];
let image = null;
let stream = null;
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

/* What is said of an answer. */
function nameOf({ label, probability, known }) {
  const percent = `${(100 * probability).toFixed(1)}%`;
  return known ? `${label}, ${percent}` : `unknown: looks like none of the classes (nearest: ${label}, ${percent})`;
}

/* The answer of the service about a file; throws what to say instead. */
async function classify(file, tell, stillWanted) {
  if (!byId('top').checkValidity())
    throw new Error('The number of classes must be 1 to 50.');
  if (limits && file.size > limits.maxRequestBytes)
    throw new Error(`The file is too large: ${(limits.maxRequestBytes / 1048576).toFixed(1)} MiB are allowed.`);
  let answer, content;
  try {
    answer = await ask(`predict?top=${byId('top').value}`, file, tell, stillWanted);
    content = answer && await answer.json();
  } catch {
    throw new Error('The service cannot be reached.');
  }
  if (answer && !answer.ok)
    throw new Error(content.detail ?? content.title);
  return content;
}

async function predict() {
  const number = ++asked;
  const stillWanted = () => number === asked;
  if (!image || stream)
    return;
  const entry = entries.find(known => known.file === image);
  say('Looking at the image…');
  classes.classList.add('old');
  try {
    const content = await classify(image, say, stillWanted);
    if (!content || !stillWanted())
      return;
    show(content.top);
    say(nameOf(content));
    caption(entry, content);
    if (answered?.image !== image)
      settle({ image, label: content.label });
  } catch (error) {
    if (!stillWanted())
      return;
    caption(entry, null, error.message);
    fail(error.message);
  }
  for (const other of entries.filter(known => !known.isNamed)) {
    try {
      const content = await classify(other.file, () => {}, stillWanted);
      if (!content || !stillWanted())
        return;
      caption(other, content);
    } catch (error) {
      if (!stillWanted())
        return;
      caption(other, null, error.message);
    }
  }
}

/* The answer below the small image. */
function caption(entry, content, wrong = '') {
  if (!entry)
    return;
  entry.isNamed = true;
  entry.text.textContent = content ? (content.known ? nameOf(content) : 'unknown') : wrong;
  entry.text.classList.toggle('wrong', wrong !== '');
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
  preview.hidden = Boolean(content) || Boolean(stream) || preview.naturalWidth === 0;
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

function take(files) {
  if (files.length === 0)
    return;
  stopCamera();
  for (const entry of entries)
    URL.revokeObjectURL(entry.address);
  entries = [...files].map(file => {
    const entry = {
      file, address: URL.createObjectURL(file), item: element('li', ''), text: element('span', '', '…'), isNamed: false,
    };
    const button = element('button', '');
    const small = element('img', '');
    button.type = 'button';
    small.src = entry.address;
    small.alt = file.name;
    button.append(small, entry.text);
    button.addEventListener('click', () => choose(entry));
    entry.item.append(button);
    return entry;
  });
  list.replaceChildren(...entries.map(entry => entry.item));
  byId('several').hidden = entries.length < 2;
  choose(entries[0]);
}

function choose(entry) {
  image = entry.file;
  for (const other of entries)
    other.item.firstChild.setAttribute('aria-current', other === entry);
  settle(null);
  preview.src = entry.address;
  preview.alt = image.name;
  predict();
}

/* What the camera sees now, as a file. */
async function frame() {
  const scale = Math.min(1, cameraSide / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(scale * video.videoWidth), Math.round(scale * video.videoHeight)];
  canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
  const content = await new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.9));
  return new File([content], 'camera.jpg', { type: 'image/jpeg' });
}

function stopCamera() {
  for (const track of stream?.getTracks() ?? [])
    track.stop();
  stream = null;
  video.srcObject = null;
  video.hidden = true;
  live.setAttribute('aria-pressed', 'false');
}

/* Classifies one frame after the other; the last one stays as an image. */
async function follow() {
  if (stream)
    return take([await frame()]);
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (error) {
    return say(`The camera cannot be used: ${error.message}`, true);
  }
  const mine = stream;
  const stillWanted = () => stream === mine;
  asked++;
  settle(null);
  preview.hidden = true;
  byId('invitation').hidden = true;
  live.setAttribute('aria-pressed', 'true');
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  while (stillWanted()) {
    try {
      const content = await classify(await frame(), () => {}, stillWanted);
      if (!content || !stillWanted())
        return;
      show(content.top);
      say(nameOf(content));
    } catch (error) {
      if (stillWanted())
        say(error.message, true);
      await wait(1);
    }
  }
}

preview.addEventListener('load', () => { preview.hidden = !explanation.hidden || Boolean(stream); byId('invitation').hidden = true; });
preview.addEventListener('error', () => { preview.hidden = true; byId('invitation').hidden = false; });
/* The same file may be chosen again. */
input.addEventListener('change', () => { take(input.files); input.value = ''; });
byId('top').addEventListener('change', predict);
toggle.addEventListener('change', explain);
/* Browsers give a camera to this machine's own pages and to those of https only. */
live.hidden = !navigator.mediaDevices;
live.addEventListener('click', follow);
/* The box opens the files, but not below a running camera. */
drop.addEventListener('click', event => { if (stream) event.preventDefault(); });
form.addEventListener('submit', event => { event.preventDefault(); predict(); });
addEventListener('paste', event => take(event.clipboardData.files));
for (const kind of ['dragenter', 'dragover'])
  addEventListener(kind, event => { event.preventDefault(); drop.classList.add('over'); });
addEventListener('dragleave', event => { if (!event.relatedTarget) drop.classList.remove('over'); });
addEventListener('drop', event => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer.files);
});

fetch('health').then(answer => answer.json()).then(health => {
  limits = health;
  byId('model').textContent = `${health.model}, ${health.classes} classes`;
  toggle.disabled = Boolean(health.notExplained);
  if (health.notExplained)
    remark(`This model cannot be explained: ${health.notExplained}`);
}).catch(() => say('The service cannot be reached.', true));
