// Where things lie: the projection, and lines side by side. Nothing here knows the page.

const RADIANS = Math.PI / 180;
const toVector = ([lon, lat]) => [Math.cos(lat * RADIANS) * Math.cos(lon * RADIANS), Math.cos(lat * RADIANS) * Math.sin(lon * RADIANS), Math.sin(lat * RADIANS)];
const fromVector = ([x, y, z]) => [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];

// Middle of a small circle that holds all points: from their mean, step by smaller steps towards the farthest (Badoiu and Clarkson, 2003).
function middleOf(points) {
  const vectors = points.map(toVector);
  let centre = [0, 1, 2].map((axis) => vectors.reduce((sum, vector) => sum + vector[axis], 0));
  const unit = (vector) => { const length = Math.hypot(...vector) || 1; return vector.map((part) => part / length); };
  centre = unit(centre);
  const nearness = (vector) => vector[0] * centre[0] + vector[1] * centre[1] + vector[2] * centre[2];
  for (let step = 2; step < 120; step++) {
    const far = vectors.reduce((worst, vector) => (nearness(vector) < nearness(worst) ? vector : worst), vectors[0]);
    centre = unit(centre.map((part, axis) => part + (far[axis] - part) / step));
  }
  return { centre: fromVector(centre), radius: Math.acos(Math.min(1, Math.max(-1, Math.min(...vectors.map(nearness))))) / RADIANS };
}

// Lambert's azimuthal equal-area projection, its middle in the middle of the routes: areas are true, shapes are nearly so where the reader
// looks, and there is no seam, neither at the 180th meridian nor elsewhere. One unit is a degree at the middle.
function createProjection(points) {
  const { centre, radius } = points.length ? middleOf(points) : { centre: [60, 38], radius: 60 };
  const flat = d3.geoAzimuthalEqualArea().rotate([-centre[0], -centre[1]]).translate([0, 0]).scale(1 / RADIANS).clipAngle(Math.min(150, Math.max(105, radius + 25))).precision(0.05);
  const round = (number) => Math.round(number * 1e4) / 1e4;
  const project = (point) => flat(point).map(round);
  // Between far points a line follows the great circle.
  const projectLine = (line) => line.flatMap((point, i) => {
    if (!i) return [project(point)];
    const far = d3.geoDistance(line[i - 1], point) / RADIANS, steps = Math.ceil(far / 2), along = d3.geoInterpolate(line[i - 1], point);
    return d3.range(1, steps).map((step) => project(along(step / steps))).concat([project(point)]);
  });
  return { project, projectLine, path: d3.geoPath(flat).digits(3), centre };
}

// Outlines come as steps in whole units; a ring names its arcs, ~arc is an arc run backwards.
function decodeArcs({ scale, arcs }) {
  return arcs.map((steps) => {
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) points.push([(x += steps[i]) * scale, (y += steps[i + 1]) * scale]);
    return points;
  });
}

function ringPoints(ring, arcs) {
  const points = ring.flatMap((i) => (i < 0 ? arcs[~i].slice().reverse() : arcs[i]));
  return same(points[0], points[points.length - 1]) ? points : [...points, points[0]];
}

function pathOf(points, closed) {
  return "M" + points.map(([x, y]) => x.toFixed(3) + " " + y.toFixed(3)).join("L") + (closed ? "Z" : "");
}

const same = (p, q) => p[0] === q[0] && p[1] === q[1];
const distance = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]);
const middle = (p, q) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];

// A route as segments {a, b, leg}, in travel order.
function segmentsOf(legs, shapes) {
  const segments = [];
  legs.forEach((leg, number) => {
    for (const i of leg.lines) {
      const points = i < 0 ? shapes[~i].slice().reverse() : shapes[i];
      for (let n = 1; n < points.length; n++) segments.push({ a: points[n - 1], b: points[n], leg: number });
    }
  });
  return segments;
}
// Routes that share a segment run side by side, each in its lane; `lane` counts widths to the right of the direction of travel.
// Left and right are those of the first route on the segment, so that lanes never cross while the same routes run together.
function assignLanes(routes) {
  const users = new Map();
  const keyOf = ({ a, b }) => (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? a + ";" + b : b + ";" + a);
  routes.forEach((segments, route) => {
    for (const segment of segments) {
      const key = keyOf(segment);
      if (!users.has(key)) users.set(key, { start: segment.a, routes: [] });
      const list = users.get(key).routes;
      if (!list.includes(route)) list.push(route);
    }
  });
  routes.forEach((segments, route) => {
    for (const segment of segments) {
      const { start, routes: list } = users.get(keyOf(segment));
      const lane = list.indexOf(route) - (list.length - 1) / 2;
      segment.shared = list.length;
      segment.lane = same(start, segment.a) ? lane : -lane;
    }
  });
}

// Width of a lane in pixels: wide bundles are squeezed.
const laneWidth = (shared) => Math.min(3.6, 26 / shared);
// And of the line in it, for a leg: as its narrowest lane allows.
const lineWidth = (segments, leg) => Math.max(1.5, Math.min(2.8, laneWidth(Math.max(1, ...segments.filter((segment) => segment.leg === leg).map(({ shared }) => shared))) + 0.5));

const shiftOf = (segment) => segment.lane * laneWidth(segment.shared);

// Leave out points that fall together at this zoom, but none where lanes or legs change.
function thin(segments, scale) {
  const kept = [];
  for (const segment of segments) {
    const last = kept[kept.length - 1];
    const goesOn = last && last.leg === segment.leg && last.lane === segment.lane && last.shared === segment.shared && same(last.b, segment.a);
    if (goesOn && distance(last.a, last.b) * scale < 2.5 + Math.abs(shiftOf(segment))) last.b = segment.b;
    else kept.push({ ...segment });
  }
  return kept.filter((segment) => !same(segment.a, segment.b));
}

// Shift a route into its lanes at `scale` pixels a unit: a list of polylines a leg, mostly one; none where a leg has no line.
function shiftedLegs(segments, legs, scale) {
  const line = thin(segments, scale);
  const normals = line.map(({ a, b }) => [(a[1] - b[1]) / distance(a, b), (b[0] - a[0]) / distance(a, b)]);
  const meets = (i) => i > 0 && i < line.length && same(line[i - 1].b, line[i].a);
  // Where segment i begins: both sides of a bend meet on its bisector; a sharp bend is cut short.
  const joint = (i, own) => {
    if (!meets(i)) return normals[own];
    const sum = [normals[i - 1][0] + normals[i][0], normals[i - 1][1] + normals[i][1]];
    const length = Math.hypot(...sum);
    if (length < 0.2) return normals[own];
    const stretch = Math.min(1.8, 2 / length) / length;
    return [sum[0] * stretch, sum[1] * stretch];
  };
  const shifted = (point, along, by) => [point[0] + along[0] * by, point[1] + along[1] * by];
  const result = legs.map(() => []);
  let end = null;
  line.forEach((segment, i) => {
    const by = shiftOf(segment) / scale;
    const parts = result[segment.leg];
    if (!parts.length || !meets(i)) parts.push(meets(i) ? [end] : []);
    const start = shifted(segment.a, joint(i, i), by);
    end = shifted(segment.b, joint(i + 1, i), by);
    parts[parts.length - 1].push(start, end);
  });
  return result;
}

function boundsOf(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
  }
  return box[0] <= box[2] ? box : null;
}

// Does a line {points, box}, times `scale`, cross a box? Each piece is clipped to the box, side by side (Liang and Barsky, 1984).
function crosses({ points, box }, [x0, y0, x1, y1], scale) {
  if (box[0] * scale > x1 || box[2] * scale < x0 || box[1] * scale > y1 || box[3] * scale < y0) return false;
  for (let i = 1; i < points.length; i++) {
    const ax = points[i - 1][0] * scale, ay = points[i - 1][1] * scale;
    const dx = points[i][0] * scale - ax, dy = points[i][1] * scale - ay;
    let from = 0, to = 1;
    for (const [step, room] of [[-dx, ax - x0], [dx, x1 - ax], [-dy, ay - y0], [dy, y1 - ay]]) {
      if (step < 0) from = Math.max(from, room / step);
      else if (step > 0) to = Math.min(to, room / step);
      else if (room < 0) to = -1;
    }
    if (from <= to) return true;
  }
  return false;
}
