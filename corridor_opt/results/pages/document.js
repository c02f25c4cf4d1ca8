// The document as Python packed it, unpacked: routes are rows under the names of their fields, words stand in a table.

function unpack(data) {
  const shared = new Set(data.shared);
  const words = (cell) => (Array.isArray(cell) ? cell.map((i) => data.words[i]) : Number.isInteger(cell) ? data.words[cell] : cell);
  for (const group of data.groups) {
    group.routes = group.rows.map((row) => {
      const route = Object.fromEntries(group.fields.map((name, i) => [name, shared.has(name) ? words(row[i]) : row[i]]));
      route.values = Object.fromEntries(group.criteria.map((name, i) => [name, route.values[i]]));
      return route;
    });
    delete group.rows;
  }
  return data;
}
