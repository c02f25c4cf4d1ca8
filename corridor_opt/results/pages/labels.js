// Names and route numbers, placed so that none covers another or a symbol; where there is no room there is no name.

// `view` is {k, x, y, width, height}; `crossings(box)` counts routes under a box. Boxes are in pixels, from the origin of the plane.
function createPlacing(view, crossings) {
  const taken = [], names = [], said = new Set();
  const free = (box) => taken.every((other) => box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3]);
  const inside = ([x0, y0, x1, y1]) => x0 + view.x >= 2 && y0 + view.y >= 2 && x1 + view.x <= view.width - 2 && y1 + view.y <= view.height - 2;
  const near = ([x, y]) => x + view.x > -view.width && y + view.y > -view.height && x + view.x < 2 * view.width && y + view.y < 2 * view.height;
  const keep = ([x, y], r) => taken.push([x - r, y - r, x + r, y + r]);
  const text = (words, className, font, x, y) => shape("text", { class: className, x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle", "dominant-baseline": "central", style: `font: ${font}` }, words);

  // A name beside its place: right, left, below, above, then aslant.
  function name(words, [x, y], gap, size, weight, className) {
    if (said.has(words) || !near([x, y])) return;
    const font = `${weight} ${size}px ${FONT}`, width = textWidth(words, font), half = size * 0.62, side = gap + width / 2, over = gap + half;
    const centres = [[x + side, y], [x - side, y], [x, y + over], [x, y - over], [x + side - gap, y - over], [x + side - gap, y + over], [x - side + gap, y - over], [x - side + gap, y + over]];
    let best = null, least = Infinity;
    centres.forEach(([cx, cy], order) => {
      const box = [cx - width / 2 - 2, cy - half, cx + width / 2 + 2, cy + half];
      if (!free(box)) return;
      const pain = order + 3 * crossings(box) + (inside(box) ? 0 : 1000);
      if (pain < least) [best, least] = [{ box, cx, cy }, pain];
    });
    if (!best) return;
    said.add(words);
    taken.push(best.box);
    // Anchors swap sides in a right-to-left name, so every name is hung up by its middle.
    names.push(text(words, className, font, best.cx, best.cy));
  }

  // A name across its area, of which `room` is the width in units: {text, at, room}.
  function area({ text: words, at, room }, className, style, spread) {
    const size = Math.min(15, Math.max(9.5, (room * view.k) / 14)), font = `${style} ${size}px ${FONT}`;
    const width = textWidth(words, font) + words.length * size * spread, x = at[0] * view.k, middleY = at[1] * view.k;
    if (width > room * view.k * 1.45) return null;
    let best = null, least = 2;
    for (const step of [0, 0.15, -0.15, 0.3, -0.3]) {
      const y = middleY + step * room * view.k * 0.7, box = [x - width / 2, y - size * 0.6, x + width / 2, y + size * 0.6];
      const pain = crossings(box);
      if (pain < least && free(box)) [best, least] = [{ box, y }, pain];
    }
    if (!best) return null;
    taken.push(best.box);
    return text(words, className, font, x, best.y);
  }

  // The number of a route stands on it where it runs most alone, or beside it; never on a name.
  function badge({ segments, node }, numbers) {
    const length = segments.reduce((sum, { a, b }) => sum + distance(a, b), 0);
    const half = 12, wide = Math.max(half, Number(node.firstChild.getAttribute("width")) / 2 + 2);
    let best = null, most = -Infinity, passed = 0, next = 0;
    for (const { a, b, shared } of segments) {
      const step = distance(a, b), from = passed;
      passed += step;
      if (passed < next) continue;
      // A long straight segment offers several places.
      const places = Math.max(1, Math.min(12, Math.floor((60 * step) / length)));
      next = passed + length / 80;
      for (let i = 0; i < places; i++) {
        const part = (i + 0.5) / places, at = [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
        const on = [at[0] * view.k, at[1] * view.k], normal = step ? [(a[1] - b[1]) / step, (b[0] - a[0]) / step] : [0, 1];
        for (const aside of shared > 1 ? [0, 20, -20] : [0]) {
          const xy = [on[0] + normal[0] * aside, on[1] + normal[1] * aside];
          const box = [xy[0] - wide, xy[1] - half, xy[0] + wide, xy[1] + half];
          if (!free(box)) continue;
          const apart = Math.min(90, ...numbers.map((other) => distance(other, xy)));
          const score = apart - (aside ? 45 : 30 * Math.min(shared, 4)) + (inside(box) ? 400 : 0) - 40 * Math.abs((from + step * part) / length - 0.55);
          if (score > most) [best, most] = [xy, score];
        }
      }
    }
    node.style.display = best ? "" : "none";
    if (!best) return;
    numbers.push(best);
    taken.push([best[0] - wide, best[1] - half, best[0] + wide, best[1] + half]);
    node.setAttribute("transform", `translate(${best[0].toFixed(1)} ${best[1].toFixed(1)})`);
  }
  return { free, keep, name, area, badge, names, near };
}
