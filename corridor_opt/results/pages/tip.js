// The tooltip: what a leg, a link or a place says when something points at it.

function createTip(page, placeOf) {
  const tip = layer("tip"), stage = layer("stage");
  function tell(at, [title, ...lines]) {
    tip.replaceChildren(make("strong", { dir: "auto" }, title), ...lines.filter(Boolean).map((line, i) => make("span", { class: i === 0 ? "quiet" : /^(Source|and |Least|[A-Z]+[0-9]*:)/.test(line) ? "cited" : null, dir: "auto" }, line)));
    tip.hidden = false;
    const [x, y] = at ?? [stage.clientWidth / 2, 20];
    const left = x + 16 + tip.offsetWidth > stage.clientWidth ? Math.max(6, x - 16 - tip.offsetWidth) : x + 16;
    const top = Math.min(Math.max(6, y + 14), Math.max(6, stage.clientHeight - tip.offsetHeight - 6));
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
  const hide = () => { tip.hidden = true; };
  page.on("say", () => (page.said ? tell(page.said.at, page.said.words) : hide()));
  page.on("group", hide);
  page.on("point", () => {
    const { route: number, leg, at } = page.pointed;
    if (number === null || leg === null) return hide();
    const route = page.routes[number], one = page.data.legs[route.legs[leg]];
    tell(at ?? placeOf(number, leg), [arrow(one.from, one.to), wayOf(one), sentence(one.values), `Route ${route.name}${route.label ? ": " + route.label : ""}`,
      ...sourceLines(page.data, one.sources, one.confidence)]);
  });
}
