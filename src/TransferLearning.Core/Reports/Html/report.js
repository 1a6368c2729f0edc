// Fills the page with its data.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const percent = value => value == null ? "–" : (100 * value).toFixed(1) + "%";
  const name = index => data.classes[index];
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "onclick") element.addEventListener("click", value);
      else element.setAttribute(key, value);
    }
    element.append(...children.filter(child => child != null && child !== false));
    return element;
  }

  function section(id, title, explanation, ...children) {
    main.append(el("section", { id, "aria-labelledby": id + "-title" },
      el("h2", { id: id + "-title" }, title), explanation && el("p", { class: "quiet" }, explanation), ...children));
    document.getElementById("contents").append(el("a", { href: "#" + id }, title));
  }

  // The dialog. The browser itself keeps the focus inside, closes on Escape and gives the focus back.
  const viewer = document.getElementById("viewer");
  document.getElementById("viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", event => { if (event.target === viewer) viewer.close(); });

  function open(title, ...content) {
    document.getElementById("viewer-title").textContent = title;
    document.getElementById("viewer-body").replaceChildren(...content.filter(child => child != null));
    if (!viewer.open) viewer.showModal();
    document.getElementById("viewer-close").focus();
  }

  const source = image => "data:image/jpeg;base64," + image;
  const fileName = path => path.split(/[\\/]/).pop();

  function openImage(image, back) {
    const rows = image.top.map(([index, share]) => el("div", { class: "share" },
      el("div", { class: "name", title: name(index) }, name(index)),
      el("span", {}, el("i", { style: `width:${(100 * share).toFixed(1)}%` })),
      el("div", {}, percent(share))));
    open(fileName(image.path),
      image.isKnown === false ? el("p", { class: "note" }, "Unknown: it resembles too few training images.") : null,
      el("p", {}, image.actual === image.predicted
        ? `Correctly classified as ${name(image.predicted)} with ${percent(image.probability)}.`
        : `Actual class ${name(image.actual)}, classified as ${name(image.predicted)} with ${percent(image.probability)}.`),
      el("div", { class: "pair" },
        image.thumbnail && el("figure", {},
          el("img", { src: source(image.thumbnail), alt: "The image" }), el("figcaption", {}, "The image")),
        image.overlay && el("figure", {}, el("img", { src: source(image.overlay), alt: "Explanation of the class" }),
          el("figcaption", {}, `What speaks for ${name(image.predicted)} (Grad-CAM)`,
            el("div", { class: "heat", role: "img", "aria-label": "Legend: dark for little, yellow for much" },
              el("span", {}, "little"), el("i"), el("span", {}, "much"))))),
      ...rows,
      el("p", { class: "quiet small", style: "margin-top:12px;overflow-wrap:anywhere" }, image.path),
      back && el("button", { type: "button", onclick: back }, "Back to the list"));
  }

  function gallery(images, back) {
    return el("ul", { class: "gallery" }, ...images.map(image => {
      const caption = image.actual === image.predicted
        ? [el("div", {}, percent(image.probability))]
        : [el("div", {}, `${name(image.actual)} → ${name(image.predicted)}`), el("div", {}, percent(image.probability))];
      const preview = image.thumbnail
        ? el("img", { src: source(image.thumbnail), alt: "", loading: "lazy" })
        : el("span", { class: "none" }, "no preview");
      return el("li", {}, el("figure", {},
        el("button", {
          type: "button", class: "image", "data-path": image.path,
          "aria-label": `${fileName(image.path)}: ${name(image.actual)}, classified as ${name(image.predicted)}`,
          onclick: () => openImage(image, back),
        }, preview),
        el("figcaption", {}, ...caption, image.isKnown === false && el("div", { class: "unknown" }, "unknown"),
          el("div", { class: "file" }, fileName(image.path)))));
    }));
  }

  function openCell(actual, predicted, count) {
    const behind = data.images.filter(p => p.actual === actual && p.predicted === predicted);
    const again = () => openCell(actual, predicted, count);
    const partial = `${behind.length} of ${count} are in the report: those with the lowest probability.`;
    open(actual === predicted ? `${name(actual)}, correct: ${count}` : `${name(actual)} classified as ${name(predicted)}: ${count}`,
      behind.length < count ? el("p", { class: "quiet" }, partial) : null,
      gallery(behind, again));
  }

  function summary() {
    const s = data.summary;
    const figure = (title, value, ...more) =>
      el("div", { class: "figure" }, el("div", { class: "quiet" }, title), el("b", {}, value), ...more);
    const small = text => el("div", { class: "quiet small" }, text);
    section("summary", "Summary", null, el("div", { class: "figures" },
      figure("Accuracy", percent(s.accuracy), Charts.interval(s.accuracy, s.lower, s.upper),
        small(`95% interval ${percent(s.lower)} to ${percent(s.upper)}`)),
      figure("Correct", `${s.correct} of ${s.images}`, small(`${s.images - s.correct} wrong`)),
      ...s.topK.map(top => figure(`Top-${top.k} accuracy`, percent(top.accuracy), small(`actual class among the ${top.k} most probable`))),
      figure("Log-loss", s.logLoss.toFixed(4), small(`uniform guessing: ${s.guessLogLoss.toFixed(4)}`)),
      figure("Calibration error", percent(s.calibrationError), small("mean distance between probability and accuracy"))),
      data.unknown && unknown(data.unknown),
      ...data.notes.map(note => el("p", { class: "note", style: "margin-top:14px" }, note)));
  }

  function unknown(u) {
    const share = (u.known / data.summary.images);
    const others = u.othersRejected == null ? "" : ` When it was fitted, ${percent(u.othersRejected)} of the other images were rejected.`;
    const accuracy = u.accuracy == null ? "" : `; accuracy on these ${percent(u.accuracy)}`;
    const sure = u.confidence > 0 ? ` and a probability of ${u.confidence.toFixed(3)}` : "";
    return el("p", { class: "after" }, `Unknown images: an image is known from a similarity of ${u.threshold.toFixed(3)} to training ` +
      `images${sure} on. ${u.known} of ${data.summary.images} images (${percent(share)}) are ` +
      `known${accuracy}.${others}`);
  }

  function conclusions() {
    if (!data.conclusions.length) return;
    const byPath = new Map(data.images.map(image => [image.path, image]));
    section("conclusions", "What to conclude", null, el("ol", { class: "conclusions" }, ...data.conclusions.map(c => {
      const found = c.images.map(path => byPath.get(path)).filter(image => image);
      return el("li", {}, el("b", {}, c.text), " ", c.next, found.length
        ? el("div", {}, el("button", { type: "button", class: "link", onclick: () => open(c.text, gallery(found)) },
          `Show ${count(found.length, "image")}`))
        : null);
    })));
  }

  function comparison() {
    const other = data.comparison;
    if (!other) return;
    const s = data.summary, here = other.onlyFirst, there = other.onlySecond;
    const p = other.pValue < 0.001 ? "p < 0.001" : `p = ${other.pValue.toFixed(3)}`;
    const verdict = other.pValue >= 0.05
      ? `The difference may be chance (McNemar's test: ${p}); more images would tell.`
      : `${here > there ? "This classifier" : other.name} is better, and that is hardly chance (McNemar's test: ${p}).`;
    const row = (title, value, low, high) => el("tr", {}, el("td", { class: "name", title }, title), el("td", {}, percent(value)),
      el("td", {}, `${percent(low)} to ${percent(high)}`));
    const recalls = data.perClass.map((c, i) => [c, other.recalls[i]]).filter(([c]) => c.support);
    section("comparison", `Compared with ${other.name}`,
      `${verdict} ${count(here, "image")} only right here, ${count(there, "image")} only right there.`,
      el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ...["classifier", "accuracy", "95% interval"].map(t => el("th", { scope: "col" }, t)))),
        el("tbody", {}, row("this classifier", s.accuracy, s.lower, s.upper), row(other.name, other.accuracy, other.lower, other.upper)))),
      numbers("Recall of each class", ["class", "images", "here", "there"],
        recalls.map(([c, recall]) => [c.label, String(c.support), percent(c.recall), percent(recall)])));
  }

  function errors() {
    const wrong = data.images.filter(p => p.actual !== p.predicted);
    if (wrong.length === 0) {
      section("errors", "Worst errors", "No image is misclassified.");
      return;
    }
    const first = 24, list = gallery(wrong.slice(0, first));
    const more = wrong.length > first && el("button", { type: "button", style: "margin-top:14px" }, `Show all ${wrong.length}`);
    if (more) more.addEventListener("click", () => {
      const rest = gallery(wrong.slice(first));
      const next = rest.firstElementChild;
      list.append(...rest.children);
      more.remove();
      next.querySelector("button").focus();
    });
    const explanation = "Misclassified images, highest probability first: actual class → predicted class.";
    section("errors", "Worst errors", explanation, list, more || null);
  }

  function matrix() {
    const explanation = "Rows: actual classes. Columns: predicted classes. Select a number to see its images.";
    if (!data.matrix) {
      const heads = ["actual", "predicted", "images"].map(t => el("th", { scope: "col" }, t));
      section("matrix", "Confusions", "There are too many classes for the whole matrix; these are the most frequent confusions.",
        el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)),
          el("tbody", {}, ...data.confusions.map(c => el("tr", {}, el("td", {}, name(c.actual)), el("td", {}, name(c.predicted)),
            el("td", {}, el("button", { type: "button", onclick: () => openCell(c.actual, c.predicted, c.count) }, String(c.count)))))))));
      return;
    }
    const turned = data.classes.some(c => c.length > 3) ? "turned" : "";
    const heads = data.classes.map(c => el("th", { scope: "col", title: c }, el("div", { class: turned }, c)));
    const rows = data.matrix.map((row, actual) => {
      const total = row.reduce((a, b) => a + b, 0) || 1;
      return el("tr", {}, el("th", { scope: "row", title: name(actual) }, name(actual)), ...row.map((count, predicted) => {
        if (count === 0) return el("td", {}, el("span", { class: "zero" }, "0"));
        const strength = (20 + 80 * Math.sqrt(count / total)).toFixed(0);
        return el("td", {}, el("button", {
          type: "button", "data-row": actual, "data-column": predicted,
          style: `background:color-mix(in srgb, var(${actual === predicted ? "--good" : "--bad"}) ${strength}%, var(--surface))`,
          "aria-label": `${count} of ${name(actual)} classified as ${name(predicted)}`,
          onclick: () => openCell(actual, predicted, count),
        }, String(count)));
      }));
    });
    const table = el("table", { class: "matrix" }, el("thead", {}, el("tr", {}, el("td"), ...heads)), el("tbody", {}, ...rows));
    table.addEventListener("keydown", event => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      const from = event.target.closest("button");
      if (!step || !from) return;
      event.preventDefault();
      let row = Number(from.dataset.row), column = Number(from.dataset.column);
      while ((row += step[0]) in data.matrix && (column += step[1]) in data.matrix) {
        const next = table.querySelector(`[data-row="${row}"][data-column="${column}"]`);
        if (next) return next.focus();
      }
    });
    section("matrix", "Confusion matrix", explanation, el("div", { class: "scroll" }, table));
  }

  function classes() {
    const columns = [
      ["class", r => r.label], ["precision", r => r.precision], ["recall", r => r.recall], ["F1", r => r.f1], ["images", r => r.support],
    ];
    const body = el("tbody");
    const bar = value => el("td", { class: "rate" },
      el("span", {}, value.toFixed(3)), el("i", { "aria-hidden": "true" }, el("b", { style: `width:${(100 * value).toFixed(1)}%` })));
    const fill = rows => body.replaceChildren(...rows.map(r => el("tr", {}, el("td", { class: "name", title: r.label }, r.label),
      ...[r.precision, r.recall, r.f1].map(bar), el("td", {}, String(r.support)))));
    const heads = columns.map(([title, value]) => {
      const head = el("th", { scope: "col" }, el("button", { type: "button" }, title));
      head.firstChild.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up === 1 ? "ascending" : "descending");
        const compare = (a, b) => typeof a === "string" ? a.localeCompare(b, "en") : a - b;
        fill([...data.perClass].sort((a, b) => up * compare(value(a), value(b))));
      });
      return head;
    });
    fill(data.perClass);
    const averages = data.averages.map(a => el("tr", {}, el("td", {}, a.label),
      ...[a.precision, a.recall, a.f1].map(v => el("td", {}, v.toFixed(3))), el("td", {}, String(a.support))));
    section("classes", "Classes", "Precision: of the images that get this class, the share that has it. Recall: of the images that have " +
      "this class, the share that gets it. F1: their harmonic mean.", el("div", { class: "scroll" },
      el("table", { class: "sortable" }, el("thead", {}, el("tr", {}, ...heads)), body, el("tfoot", {}, ...averages))));
  }

  function numbers(title, heads, rows) {
    return el("details", {}, el("summary", {}, title), el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ...heads.map(h => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...rows.map(row => el("tr", {}, ...row.map(cell => el("td", {}, cell))))))));
  }

  const legend = (...entries) =>
    el("div", { class: "legend" }, ...entries.map(([style, shape, text]) => el("span", {}, Charts.key(style, shape), text)));

  function calibration() {
    const given = data.rejection.filter(r => r.accuracy != null);
    const binRow = b =>
      [`${b.lower.toFixed(2)} to ${b.upper.toFixed(2)}`, String(b.images), b.confidence.toFixed(3), b.accuracy.toFixed(3)];
    section("calibration", "Calibration and rejection",
      "Reliability diagram: bars on the dashed line are perfectly calibrated; the number of images is above a bar, and bars of few " +
        "images are pale, as they say little. Rejection: accuracy and coverage if predictions below a " +
        "probability are rejected.",
      el("div", { class: "charts" },
        el("div", {}, Charts.reliability(data.bins, data.summary.images),
          legend(["bar", "box", "accuracy"], ["gap", "box", "distance to the probability"]),
          numbers("Numbers", ["probability", "images", "mean", "accuracy"], data.bins.filter(b => b.images).map(binRow))),
        el("div", {}, Charts.lines("Coverage and accuracy over the threshold", [
          { style: "one", values: given.map(r => [r.threshold, r.accuracy]) },
          { style: "two", values: data.rejection.map(r => [r.threshold, r.coverage]) },
        ], "minimum probability", "fraction of images", { xRange: [0, 1], yRange: [0, 1] }),
        legend(["one", "line", "accuracy of accepted predictions"], ["two", "line", "coverage: fraction of images accepted"]),
        numbers("Numbers", ["threshold", "accepted", "coverage", "accuracy"],
          data.rejection.map(r => [r.threshold.toFixed(2), String(r.answered), percent(r.coverage), percent(r.accuracy)])))));
  }

  function course() {
    if (!data.start || data.bestEpoch == null) return null;
    const scores = [data.start, ...data.history.filter(e => e.validationAccuracy != null).map(e => (
      { epoch: e.epoch, loss: e.calibratedValidationLoss ?? e.validationLoss, accuracy: e.validationAccuracy }))];
    const best = scores.find(s => s.epoch === data.bestEpoch);
    if (!best) return null;
    const rows = [["start", data.start], ["best (the model)", best], ["last", scores[scores.length - 1]]];
    const images = data.heldOut ? `${data.heldOut} held-out training images` : "the validation images";
    return el("div", { class: "scroll" }, el("table", {}, el("caption", {}, `Of ${images}; the start is the fitted head`),
      el("thead", {}, el("tr", {}, ...["", "epoch", "accuracy", "loss"].map(head => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...rows.map(([title, s]) => el("tr", {},
        ...[title, String(s.epoch), percent(s.accuracy), s.loss.toFixed(4)].map(cell => el("td", {}, cell)))))));
  }

  function history() {
    if (!data.history.length) return;
    const of = key => data.history.filter(e => e[key] != null).map(e => [e.epoch, e[key]]);
    const chart = (title, training, validation, options) => {
      const series = [{ style: "one", values: of(training) }, { style: "two", values: of(validation) }].filter(s => s.values.length);
      return el("div", {}, el("h3", {}, title),
        Charts.lines(title + " over epochs", series, "epoch", title.toLowerCase(), { whole: true, ...options }),
        legend(["one", "line", "training"], ...(series.length > 1 ? [["two", "line", "validation"]] : [])));
    };
    const cell = (value, digits) => value == null ? "–" : value.toFixed(digits);
    section("training", "Training", null, course(), el("div", { class: "charts" },
      chart("Loss", "loss", "validationLoss"), chart("Accuracy", "accuracy", "validationAccuracy", { yRange: [0, 1] })),
    numbers("Numbers", ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning rate"], data.history.map(e => [
      String(e.epoch), cell(e.loss, 4), cell(e.accuracy, 4), cell(e.validationLoss, 4), cell(e.validationAccuracy, 4),
      e.learningRate.toPrecision(3),
    ])));
  }

  function card() {
    const skipped = data.skipped.length === 1 ? "1 image was skipped" : `${data.skipped.length} images were skipped`;
    section("card", "Model card", null, el("dl", {}, ...data.card.flatMap(row => [el("dt", {}, row.name), el("dd", {}, row.value)])),
      data.skipped.length
        ? el("details", {}, el("summary", {}, skipped), el("ul", {}, ...data.skipped.map(s => el("li", {}, s))))
        : null);
  }

  document.getElementById("subtitle").textContent = data.subtitle;
  summary();
  conclusions();
  comparison();
  errors();
  matrix();
  classes();
  calibration();
  history();
  card();

  // A table that goes on beyond the edge gets a shadow there, and can be scrolled by keyboard.
  for (const area of document.querySelectorAll(".scroll")) {
    const mark = () => {
      area.classList.toggle("more-left", area.scrollLeft > 1);
      area.classList.toggle("more-right", area.scrollLeft + area.clientWidth < area.scrollWidth - 1);
      const wide = area.scrollWidth > area.clientWidth + 1;
      if (wide) area.tabIndex = 0; else area.removeAttribute("tabindex");
    };
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", "Table");
    area.addEventListener("scroll", mark, { passive: true });
    new ResizeObserver(mark).observe(area);
    mark();
  }
})();
