'use strict';

const SHOWN_SECONDS = 60;
const SENSORS = ['s1', 's2', 's3', 's4', 'mine'];
const byId = (id) => document.getElementById(id);
const colour = (sensor) => getComputedStyle(document.documentElement)
  .getPropertyValue(SENSORS.indexOf(sensor) < 4 ? `--${sensor}` : '--other').trim();

// ---- the chart

/** Times, and one column for each sensor; where a sensor has no reading at a time, null. */
const data = [[], ...SENSORS.map(() => [])];
let chart;
let drawn = true;

function makeChart() {
  const style = getComputedStyle(document.documentElement);
  const soft = style.getPropertyValue('--soft').trim();
  const line = style.getPropertyValue('--line').trim();
  const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  chart?.destroy();
  chart = new uPlot({
    width: byId('chart').clientWidth,
    height: 288,
    legend: { show: false },
    scales: { x: { range: () => { const now = Date.now() / 1000; return [now - SHOWN_SECONDS, now]; } } },
    axes: [axis, axis],
    series: [{}, ...SENSORS.map((sensor) => ({ label: sensor, stroke: colour(sensor), width: 2, spanGaps: true }))],
  }, data, byId('chart'));
}

function add(reading) {
  const column = SENSORS.indexOf(reading.sensor);
  if (column < 0) {
    return;
  }
  data[0].push(Date.now() / 1000);
  SENSORS.forEach((_, i) => data[i + 1].push(i === column ? reading.celsius : null));
  const oldest = Date.now() / 1000 - SHOWN_SECONDS;
  while (data[0][0] < oldest) {
    data.forEach((values) => values.shift());
  }
  latest(reading);
  drawn = false;
}

function latest(reading) {
  let shown = byId(`latest-${reading.sensor}`);
  if (!shown) {
    shown = document.createElement('span');
    shown.id = `latest-${reading.sensor}`;
    shown.style.setProperty('--colour', `var(--${SENSORS.indexOf(reading.sensor) < 4 ? reading.sensor : 'other'})`);
    byId('latest').append(shown);
  }
  shown.textContent = `${reading.sensor} ${reading.celsius.toFixed(1)}`;
}

function draw() {
  if (!drawn && chart) {
    chart.setData(data);
    drawn = true;
    byId('chart').dataset.points = data[0].length;
  }
  requestAnimationFrame(draw);
}

// ---- what the service tells

function numbers(now) {
  for (const name of ['sent', 'stored', 'repeated', 'queued', 'oldestMillis', 'reconnects', 'dropped']) {
    byId(name).textContent = now[name].toLocaleString('en');
  }
  const missing = Math.max(0, now.sent - now.stored);
  const lost = settled(missing);
  byId('onTheWay').textContent = (missing - lost).toLocaleString('en');
  byId('lost').textContent = lost.toLocaleString('en');
  byId('lost').parentElement.dataset.value = lost;
}

/** What is missing is on its way, and counts as lost when it has been missing for a minute with a connection. */
let missingSince = null;
function settled(missing) {
  if (missing === 0 || byId('state').dataset.status !== 'CONNECTED') {
    missingSince = null;
    return 0;
  }
  missingSince ??= { at: Date.now(), least: missing };
  missingSince.least = Math.min(missingSince.least, missing);
  return Date.now() - missingSince.at > 60_000 ? missingSince.least : 0;
}

function state(now) {
  const words = {
    NEW: 'not connected yet',
    CONNECTING: 'connecting',
    CONNECTED: 'connected',
    WAITING: `connection lost, attempt ${now.attempt} follows`,
    STOPPED: 'stopped',
    CLOSED: 'closed',
  };
  byId('state').dataset.status = now.status;
  byId('state').title = now.cause ?? '';
  byId('state-text').textContent = words[now.status];
}

function happened(text) {
  const entry = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString('en-GB');
  entry.append(time, text);
  byId('events').prepend(entry);
  while (byId('events').children.length > 100) {
    byId('events').lastElementChild.remove();
  }
}

function listen() {
  const source = new EventSource('/api/live');
  source.addEventListener('reading', (event) => add(JSON.parse(event.data)));
  source.addEventListener('numbers', (event) => numbers(JSON.parse(event.data)));
  source.addEventListener('state', (event) => state(JSON.parse(event.data)));
  source.addEventListener('event', (event) => happened(event.data));
  source.onerror = () => { byId('state-text').textContent = 'the service does not answer'; byId('state').dataset.status = 'STOPPED'; };
}

// ---- what one can do

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { ok: response.ok, status: response.status, outcome: text ? JSON.parse(text).outcome : '' };
}

function onSubmit(form, answer, action) {
  byId(form).addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter ?? byId(form).querySelector('button');
    button.disabled = true;
    const begun = performance.now();
    try {
      const { ok, status, outcome } = await action(new FormData(event.target));
      byId(answer).dataset.good = ok ? 'yes' : 'no';
      byId(answer).textContent = `${status} ${outcome}, ${Math.round(performance.now() - begun)} ms`;
    } catch (failure) {
      byId(answer).dataset.good = 'no';
      byId(answer).textContent = String(failure);
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit('publish', 'outcome', (form) => {
  const sensor = form.get('sensor');
  const reading = { sensor, number: Date.now(), celsius: Number(form.get('celsius')) };
  return post('/api/messages', { topic: `sensors/${sensor}/reading`, payload: JSON.stringify(reading), qos: 1, retain: false });
});

onSubmit('identify', 'answer', (form) => post(`/api/devices/${form.get('sensor')}/identify`));

byId('cut').addEventListener('click', async (event) => {
  event.target.disabled = true;
  try {
    await post('/api/cut');
  } finally {
    event.target.disabled = false;
  }
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', makeChart);
new ResizeObserver(() => chart?.setSize({ width: byId('chart').clientWidth, height: 288 })).observe(byId('chart'));
makeChart();
listen();
requestAnimationFrame(draw);
