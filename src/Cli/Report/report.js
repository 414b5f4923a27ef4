'use strict';

// Moves the threshold of every exhibit: rates over its scores, the line in its histogram, and the samples on either side of the border.
const shownOnEachSide = 4, zoom = 3;

const shareAbove = (sorted, alpha) => sorted.length === 0 ? NaN : sorted.filter(score => score > alpha).length / sorted.length;

const percent = share => Number.isNaN(share) ? '–' : (100 * share).toFixed(1) + ' %';

for (const exhibit of document.querySelectorAll('.exhibit')) {
  const find = selector => exhibit.querySelector(selector);
  const { normal, other, shown } = JSON.parse(find('script').textContent);
  const histogram = find('.movable'), slider = find('input.alpha'), grid = find('.grid');
  const { left, right, minimum, maximum } = Object.fromEntries(Object.entries(histogram.dataset).map(([name, value]) => [name, Number(value)]));

  const sample = index => {
    const width = zoom * grid.naturalWidth / grid.dataset.columns, picture = document.createElement('div');
    picture.className = 'sample';
    picture.title = 'score ' + shown[index];
    Object.assign(picture.style, {
      width: width + 'px', height: zoom * grid.naturalHeight + 'px',
      backgroundImage: `url(${grid.src})`, backgroundSize: zoom * grid.naturalWidth + 'px', backgroundPosition: -index * width + 'px 0',
    });
    return picture;
  };

  const update = () => {
    const share = slider.value / slider.max, alpha = minimum + share * (maximum - minimum), falseAlarms = shareAbove(normal, alpha), found = shareAbove(other, alpha);
    find('output.alpha').value = alpha.toPrecision(4);
    find('.false-alarms').textContent = percent(falseAlarms);
    find('.normal').textContent = percent(1 - falseAlarms);
    find('.other').textContent = percent(found);
    find('.balanced').textContent = percent((1 - falseAlarms + found) / 2);
    find('.line').style.left = left + share * (right - left) + '%';
    if (grid) {
      const order = [...shown.keys()].sort((a, b) => shown[a] - shown[b]);
      find('.below').replaceChildren(...order.filter(i => shown[i] <= alpha).slice(-shownOnEachSide).map(sample));
      find('.above').replaceChildren(...order.filter(i => shown[i] > alpha).slice(0, shownOnEachSide).map(sample));
    }
  };

  // At first one normal sample in twenty is a false alarm.
  slider.value = slider.max * (normal[Math.floor(0.95 * (normal.length - 1))] - minimum) / (maximum - minimum);
  slider.addEventListener('input', update);
  update();
  grid?.decode().then(update);
}
