// The inset of a small knot.

function createInset() {
  return { update() {} };
}
