// What the page shows now: the group, the route chosen, what is pointed at, which routes pass the reader's filters, in which order,
// and which are in colour. Map, list, chart and ranking speak only through this; each listens for what concerns it.

const MOST_RAISED = 12; // routes in colour while the reader filters or ranks

function createPage(data) {
  const listeners = new Map();
  const filters = new Map(); // name -> predicate(route, index)
  const tell = (what) => { for (const listener of listeners.get(what) ?? []) listener(page); };
  const refilter = () => {
    page.kept = new Set(page.routes.map((_, i) => i).filter((i) => [...filters.values()].every((passes) => passes(page.routes[i], i))));
    recolour();
    tell("filter");
  };
  // Representatives have numbers of their own, so that a route keeps its colour; others, while they are up, take free ones.
  function recolour() {
    const first = page.routes.map((_, i) => i).filter((i) => page.routes[i].shown !== false);
    const raised = page.plain ? [...first] : page.order.filter((i) => page.kept.has(i)).slice(0, MOST_RAISED);
    if (page.chosen !== null && !raised.includes(page.chosen)) raised.push(page.chosen);
    const old = page.coloured, own = (i) => first.indexOf(i);
    const taken = new Set(raised.map(own).filter((number) => number >= 0));
    const keeps = new Map(raised.filter((i) => own(i) < 0 && old.has(i) && !taken.has(old.get(i))).map((i) => [i, old.get(i)]));
    for (const number of keeps.values()) taken.add(number);
    let free = 0;
    page.coloured = new Map(raised.map((i) => {
      if (own(i) >= 0) return [i, own(i)];
      if (!keeps.has(i)) {
        while (taken.has(free)) free++;
        taken.add(free);
        return [i, free];
      }
      return [i, keeps.get(i)];
    }));
  }
  const page = {
    data, group: null, routes: [], chosen: null, pointed: { route: null, leg: null, at: null }, said: null, sought: null, traced: null,
    kept: new Set(),       // positions that pass every filter
    order: [],             // positions in the order of the reader's ranking, best first; the order of the front without one
    ranked: false,         // whether the reader ranks
    coloured: new Map(),   // position of each route in colour -> number of its colour and dash
    get plain() { return !page.ranked && !filters.size; },
    on(what, listener) { listeners.set(what, [...(listeners.get(what) ?? []), listener]); },
    // what: "group" (another front), "choose", "point", "filter", "rank", "say" (a tooltip), "look" (the map moves to a route, leg or link),
    // "trace" (a corridor stands out)
    show(number) {
      filters.clear();
      // What is closed belongs to the scenario.
      const { closed } = data.groups[number];
      if (closed) data.links.forEach((link, i) => Object.assign(link, { is_open: !(i in closed), closed_by: closed[i] ?? "" }));
      Object.assign(page, { group: data.groups[number], routes: data.groups[number].routes, chosen: null, pointed: { route: null, leg: null, at: null }, ranked: false, coloured: new Map() });
      page.order = page.routes.map((_, i) => i);
      page.kept = new Set(page.order);
      recolour();
      tell("group");
    },
    choose(route) {
      if (route === page.chosen) return;
      page.chosen = route;
      recolour();
      tell("choose");
    },
    point(route, leg = null, at = null) {
      if (route === page.pointed.route && leg === page.pointed.leg && !at && !page.pointed.at) return;
      page.pointed = { route, leg, at }; // at: where the pointer is on the stage, [x, y] in pixels, or null
      tell("point");
    },
    filter(name, passes) { if (passes) filters.set(name, passes); else filters.delete(name); refilter(); },
    rank(order) {
      page.ranked = order !== null;
      page.order = order ?? page.routes.map((_, i) => i);
      recolour();
      tell("rank");
    },
    say(words, at = null) { page.said = words && { words, at }; tell("say"); },   // words: [title, quiet line, more lines ...], or null
    look(route, leg = null, link = null) { page.sought = { route, leg, link }; tell("look"); },
    trace(corridor) { page.traced = corridor; tell("trace"); },
  };
  return page;
}
