"use strict";
// Charts as plain SVG. All data go through textContent or setAttribute, so no name can become markup.
const Charts = (() => {
  const space = "http://www.w3.org/2000/svg";
  const box = { width: 420, height: 260, left: 46, right: 12, top: 20, bottom: 38 };

  function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // Three to six round numbers in a range.
  function ticks(low, high) {
    const rough = (high - low) / 4 || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough);
    const list = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) list.push(Number((i * step).toPrecision(6)));
    return list;
  }

  function frame(label, x, y, xTitle, yTitle, xTicks, yTicks) {
    const chart = svg("svg", { viewBox: `0 0 ${box.width} ${box.height}`, class: "chart", role: "img", "aria-label": label });
    const middle = (box.top + box.height - box.bottom) / 2;
    for (const value of yTicks) {
      chart.append(
        svg("line", { class: "tick", x1: box.left, x2: box.width - box.right, y1: y(value), y2: y(value) }),
        svg("text", { x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, String(value)));
    }
    for (const value of xTicks) chart.append(svg("text", { x: x(value), y: box.height - 20, "text-anchor": "middle" }, String(value)));
    chart.append(
      svg("text", { x: (box.left + box.width - box.right) / 2, y: box.height - 4, "text-anchor": "middle" }, xTitle),
      svg("text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, yTitle));
    return chart;
  }

  function scale(low, high, from, to) {
    const span = high - low || 1;
    return value => from + (value - low) / span * (to - from);
  }

  const across = (low, high) => scale(low, high, box.left + 6, box.width - box.right - 6);
  const upward = (low, high) => scale(low, high, box.height - box.bottom, box.top);

  // lines: [{ values: [[x, y]], style: "one" | "two" }]; with whole numbers on the x axis where `whole` is true.
  function lines(label, series, xTitle, yTitle, options = {}) {
    const points = series.flatMap(one => one.values);
    const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
    const left = options.xRange?.[0] ?? Math.min(...xs), right = options.xRange?.[1] ?? Math.max(...xs);
    const bottom = options.yRange?.[0] ?? Math.min(0, ...ys), top = options.yRange?.[1] ?? Math.max(...ys);
    const x = across(left, right), y = upward(bottom, top);
    let xTicks = ticks(left, right);
    if (options.whole) xTicks = left === right ? [left] : xTicks.filter(Number.isInteger);
    const chart = frame(label, x, y, xTitle, yTitle, xTicks, ticks(bottom, top));
    for (const one of series) {
      const places = one.values.map(p => [x(p[0]).toFixed(1), y(p[1]).toFixed(1)]);
      chart.append(svg("polyline", { class: one.style, points: places.map(p => p.join(",")).join(" ") }));
      if (places.length <= 40) for (const [cx, cy] of places) chart.append(svg("circle", { class: one.style, r: 3, cx, cy }));
    }
    return chart;
  }

  // A reliability diagram: accuracy over probability; the distance to the diagonal has the colour of the legend.
  // Bars of less than a fiftieth of all images are thin: narrow and pale.
  function reliability(bins, images) {
    const x = scale(0, 1, box.left, box.width - box.right), y = upward(0, 1);
    const chart = frame("Reliability diagram: accuracy over probability", x, y, "probability", "accuracy", ticks(0, 1), ticks(0, 1));
    for (const bin of bins.filter(b => b.images > 0)) {
      const thin = bin.images < Math.max(5, images / 50), full = x(bin.upper) - x(bin.lower) - 2, width = thin ? full / 3 : full;
      const place = { x: x(bin.lower) + 1 + (full - width) / 2, width };
      const low = Math.min(bin.accuracy, bin.confidence), high = Math.max(bin.accuracy, bin.confidence);
      const means = `mean probability ${bin.confidence.toFixed(3)}, accuracy ${bin.accuracy.toFixed(3)}`;
      const title = svg("title", {}, `${bin.images} images: ${means}`);
      chart.append(
        svg("rect", { class: thin ? "bar thin" : "bar", ...place, y: y(bin.accuracy), height: y(0) - y(bin.accuracy) }, title),
        svg("rect", { class: thin ? "gap thin" : "gap", ...place, y: y(high), height: y(low) - y(high) }),
        svg("text", { class: "count", x: x((bin.lower + bin.upper) / 2), y: Math.max(y(high) - 4, 10), "text-anchor": "middle" },
          String(bin.images)));
    }
    chart.append(svg("line", { class: "diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }));
    return chart;
  }

  // A confidence interval on a line from 0 to 1.
  function interval(value, low, high) {
    const chart = svg("svg", { viewBox: "0 0 200 16", preserveAspectRatio: "none", class: "interval", "aria-hidden": "true" });
    chart.append(
      svg("rect", { class: "interval-track", x: 0, y: 5, width: 200, height: 6, rx: 3 }),
      svg("rect", { class: "interval-range", x: 200 * low, y: 3, width: Math.max(1, 200 * (high - low)), height: 10, rx: 2 }),
      svg("rect", { class: "interval-mark", x: Math.min(197, 200 * value), y: 0, width: 3, height: 16 }));
    return chart;
  }

  function key(style, shape = "line") {
    return svg("svg", { viewBox: "0 0 26 10", class: "chart", "aria-hidden": "true" },
      shape === "line" ? svg("polyline", { class: style, points: "0,5 26,5" }) : svg("rect", { class: style, width: 26, height: 10 }));
  }

  return { lines, reliability, interval, key };
})();
