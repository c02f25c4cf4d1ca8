// The document as Python packed it, unpacked: rows stand under the names of their fields, words in a table.

function unpack(data) {
  const shared = new Set(data.shared);
  const words = (cell) => (Array.isArray(cell) ? cell.map((i) => data.words[i]) : cell === null ? null : data.words[cell]);
  const items = ({ fields, criteria, rows }) => rows.map((row) => {
    const item = Object.fromEntries(fields.map((name, i) => [name, shared.has(name) ? words(row[i]) : row[i]]));
    if (item.values) item.values = Object.fromEntries(criteria.map((name, i) => [name, item.values[i]]));
    return item;
  });
  for (const group of data.groups) group.routes = items(group.routes);
  for (const table of ["legs", "links", "nodes"]) data[table] = items(data[table]);
  return data;
}
