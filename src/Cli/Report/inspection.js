'use strict';

// Moves the threshold: the line in the histogram, the point on the ROC curve, rates, counts, and which of the samples shown are flagged.
const section = document.querySelector('.inspection'), slider = section.querySelector('input');
const { threshold, good, kinds } = JSON.parse(section.querySelector('script').textContent);
const { least, most, logarithmic, at } = Object.fromEntries(Object.entries(section.dataset).map(([name, value]) => [name, Number(value)]));
const faulty = kinds.flat();

// Scores are sorted: how many are at most alpha.
const passed = (sorted, alpha) => {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= alpha) low = middle + 1; else high = middle;
  }
  return low;
};

const percent = share => (100 * share).toFixed(1) + ' %';

const text = (name, value) => section.querySelectorAll(`[data-value=${name}]`).forEach(element => { element.textContent = value; });

const frame = figure => Object.fromEntries(Object.entries(section.querySelector(`.${figure} .chart`).dataset).map(([name, value]) => [name, Number(value)]));

// A threshold, and where it is on the axis of scores.
const show = (alpha, share) => {
  const trueNegatives = passed(good, alpha), missed = kinds.map(scores => passed(scores, alpha));
  const falseNegatives = missed.reduce((sum, n) => sum + n, 0), falsePositives = good.length - trueNegatives, truePositives = faulty.length - falseNegatives;
  const falseAlarms = falsePositives / good.length, missRate = falseNegatives / faulty.length;
  const name = Number.isFinite(alpha) ? String(Number(alpha.toPrecision(4))) : '∞';
  const shown = { threshold: name, falseAlarms: percent(falseAlarms), missed: percent(missRate), truePositives, falseNegatives, falsePositives, trueNegatives };
  Object.entries(shown).forEach(([key, value]) => text(key, value));
  slider.setAttribute('aria-valuetext', `threshold ${name}, false alarms ${shown.falseAlarms}, missed ${shown.missed}`);
  section.querySelectorAll('.kinds .missed').forEach((cell, i) => { cell.textContent = missed[i]; });
  section.querySelectorAll('.kinds .share').forEach((cell, i) => { cell.textContent = percent(missed[i] / kinds[i].length); });
  const histogram = frame('histogram'), roc = frame('roc'), point = section.querySelector('.point');
  section.querySelector('path.threshold').setAttribute('transform', `translate(${histogram.left + share * histogram.width} 0)`);
  point.setAttribute('cx', roc.left + falseAlarms * roc.width);
  point.setAttribute('cy', roc.top + missRate * roc.height);
  for (const card of section.querySelectorAll('.card')) {
    const flagged = Number(card.dataset.score) > alpha;
    card.classList.toggle('flagged', flagged);
    card.querySelector('.verdict').textContent = flagged ? 'flagged' : 'passed';
  }
};

// As normal data chose it, which no step of the slider is exactly.
const reset = () => {
  slider.value = Math.round(slider.max * at);
  show(threshold ?? Infinity, at);
};

slider.addEventListener('input', () => {
  const share = slider.value / slider.max, alpha = least + share * (most - least);
  show(logarithmic ? Math.exp(alpha) : alpha, share);
});
section.querySelector('button').addEventListener('click', reset);
section.querySelector('.move').hidden = false;
reset();
