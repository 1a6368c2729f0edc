// What only the browser can do: sizes, keys, dropped files, colours.

const darkKey = "studio-dark";

export function readDark() {
    const kept = localStorage.getItem(darkKey);
    return kept === null ? matchMedia("(prefers-color-scheme: dark)").matches : kept === "1";
}

export function writeDark(dark) {
    localStorage.setItem(darkKey, dark ? "1" : "0");
}

export function copy(text) {
    return navigator.clipboard.writeText(text);
}

// A page that takes a while to come is announced from the click on; showPart ends that.
export function attachMoves() {
    const onClick = event => {
        const link = event.target.closest?.("a[href]");
        const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
        if (link && isPlain && !link.target && !link.hasAttribute("download")
            && link.origin === location.origin && link.pathname !== location.pathname)
            document.querySelector(".studio")?.setAttribute("data-moving", "");
    };
    document.addEventListener("click", onClick);
    return { dispose: () => document.removeEventListener("click", onClick) };
}

// On a narrow page the parts are a row that can be wider than the page.
export function showPart() {
    document.querySelector(".studio")?.removeAttribute("data-moving");
    document.querySelector(".studio-part.active")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// What was started is on the page, wherever the button was.
export function show(element) {
    element.scrollIntoView({ block: "nearest" });
}

const plainKeys = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " ", "Enter", "Escape",
    "Delete", "x", "t", "v", "s", "n", "z", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
const controlKeys = new Set(["a", "z", "y"]);

// Keys of the grid go to the server, and only those; its width decides how many columns there are.
export function attachGrid(target, element) {
    const onKey = event => {
        const control = event.ctrlKey || event.metaKey;
        const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
        if (event.altKey || !(control ? controlKeys : plainKeys).has(key))
            return;
        // On a button or in a field these keys have their own meaning.
        if (event.target !== element && (event.target.matches("input, textarea, select")
            || ((key === "Enter" || key === " ") && event.target.closest("button, a, [role=switch]"))))
            return;
        event.preventDefault();
        // A key that is held down answers one question only.
        if (event.repeat && (key === "Enter" || (key >= "0" && key <= "9")))
            return;
        target.invokeMethodAsync("OnKeyAsync", key, event.shiftKey, control);
    };
    element.addEventListener("keydown", onKey);
    // A button that is disabled by its own click leaves the focus nowhere.
    const onBody = event => {
        if (event.target === document.body && !document.querySelector(".mud-dialog"))
            onKey(event);
    };
    document.addEventListener("keydown", onBody);
    const watch = new ResizeObserver(() => {
        if (element.clientWidth > 0)
            target.invokeMethodAsync("OnSizeAsync", element.clientWidth, element.clientHeight);
    });
    watch.observe(element);
    return {
        dispose() {
            watch.disconnect();
            document.removeEventListener("keydown", onBody);
            element.removeEventListener("keydown", onKey);
        },
    };
}

// The grid hears the events of its tiles: a tile with handlers of its own would cost a message for each whenever a row is drawn.
export function attachTiles(target, element) {
    const grid = attachGrid(target, element);
    const listen = (name, react) => element.addEventListener(name, event => {
        const tile = event.target.closest(".tile");
        if (tile)
            react(event, Number(tile.dataset.place));
    });
    listen("click", (event, place) => {
        const onTick = event.target.closest(".tick") !== null;
        target.invokeMethodAsync("OnPickAsync", place, event.shiftKey && !onTick, event.ctrlKey || event.metaKey || onTick);
    });
    listen("dblclick", (event, place) => {
        if (event.target.closest(".tick") === null)
            target.invokeMethodAsync("OnOpenAsync", place);
    });
    listen("dragstart", (_, place) => target.invokeMethodAsync("OnDragAsync", place, false));
    listen("dragend", (_, place) => target.invokeMethodAsync("OnDragAsync", place, true));
    const thumbnails = loadThumbnails(element);
    return {
        dispose() {
            thumbnails.dispose();
            grid.dispose();
        },
    };
}

// While the grid is scrolled so fast that nothing can be recognised, thumbnails are not loaded: on two cores hundreds of them a second
// leave no time to draw the page. The tiles name theirs in data-src.
const fastFrom = 1500, settled = 100;

function loadThumbnails(element) {
    let top = element.scrollTop, time = performance.now(), timer = 0;
    const load = () => {
        timer = 0;
        for (const image of element.querySelectorAll("img[data-src]")) {
            if (image.getAttribute("src") !== image.dataset.src)
                image.src = image.dataset.src;
        }
    };
    const onScroll = () => {
        const passed = performance.now() - time;
        // A jump is one step after a rest; what it leads to is loaded at once.
        const fast = passed < 2 * settled && Math.abs(element.scrollTop - top) > fastFrom * passed / 1000;
        [top, time] = [element.scrollTop, performance.now()];
        if (fast) {
            clearTimeout(timer);
            timer = setTimeout(load, settled);
        } else if (timer === 0) {
            load();
        }
    };
    const changed = new MutationObserver(changes => {
        // Images that were scrolled past before they arrived are not waited for.
        for (const node of changes.flatMap(change => [...change.removedNodes])) {
            for (const image of node.querySelectorAll?.("img") ?? []) {
                if (!image.isConnected && !image.complete)
                    image.removeAttribute("src");
            }
        }
        if (timer === 0)
            load();
    });
    element.addEventListener("scroll", onScroll, { passive: true });
    changed.observe(element, { childList: true, subtree: true, attributeFilter: ["data-src"] });
    load();
    return {
        dispose() {
            clearTimeout(timer);
            changed.disconnect();
            element.removeEventListener("scroll", onScroll);
        },
    };
}

export function showRow(element, top, height) {
    if (top < element.scrollTop)
        element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight)
        element.scrollTop = top + height - element.clientHeight;
}

// The files of what was dropped, with the folders above them.
async function filesOf(transfer) {
    const found = [];
    const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(entry => entry);
    if (entries.length === 0)
        return [...transfer.files].map(file => ({ file, name: file.name }));
    const pending = entries;
    while (pending.length > 0) {
        const entry = pending.shift();
        if (entry.isFile) {
            const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
            found.push({ file, name: entry.fullPath.replace(/^\//, "") });
        } else if (entry.isDirectory) {
            const reader = entry.createReader();
            for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length > 0;)
                pending.push(...some);
        }
    }
    return found;
}

// Sends files to the studio, a few at a time, and tells the page how far it is.
export async function upload(target, files, label, folders) {
    let next = 0, done = 0, added = 0;
    const refused = [];
    // All of it is one step of undo.
    const batch = crypto.randomUUID();
    const send = async () => {
        while (next < files.length) {
            const { file, name } = files[next++];
            const query = new URLSearchParams({ name, class: label ?? "", folders: folders ? "1" : "0", batch });
            try {
                const answer = await fetch(`upload?${query}`, { method: "POST", body: file });
                const said = await answer.json();
                if (answer.ok) {
                    added += said.added;
                    refused.push(...said.refused);
                } else {
                    refused.push(`'${name}': ${said.detail ?? said.title}`);
                }
            } catch {
                refused.push(`'${name}' could not be sent.`);
            }
            done++;
            if (done % 10 === 0)
                target.invokeMethodAsync("OnUploadAsync", done, files.length, added, [], false);
        }
    };
    await target.invokeMethodAsync("OnUploadAsync", 0, files.length, 0, [], false);
    await Promise.all([send(), send(), send()]);
    await target.invokeMethodAsync("OnUploadAsync", done, files.length, added, refused.slice(0, 20), true);
}

// Dropped and pasted files, and those of the file dialogs inside the element. An element with data-class names the class of what is dropped
// on it.
export function attachDrop(target, element, folders) {
    const hasFiles = event => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const onOver = event => {
        if (hasFiles(event)) {
            event.preventDefault();
            element.classList.add("dropping");
        }
    };
    const onLeave = event => {
        if (!element.contains(event.relatedTarget))
            element.classList.remove("dropping");
    };
    const classAt = async node => node?.closest?.("[data-class]")?.dataset.class || await target.invokeMethodAsync("UploadClass");
    const onDrop = async event => {
        element.classList.remove("dropping");
        if (!hasFiles(event))
            return;
        event.preventDefault();
        const files = filesOf(event.dataTransfer);
        await upload(target, await files, await classAt(event.target), folders);
    };
    const onPaste = async event => {
        const files = [...(event.clipboardData?.files ?? [])].map(file => ({ file, name: file.name }));
        if (files.length > 0)
            await upload(target, files, await classAt(null), folders);
    };
    const onChange = async event => {
        if (event.target.type !== "file" || !event.target.dataset.upload)
            return;
        const files = [...event.target.files].map(file => ({ file, name: file.webkitRelativePath || file.name }));
        event.target.value = "";
        if (files.length > 0)
            await upload(target, files, await classAt(null), folders);
    };
    element.addEventListener("dragover", onOver);
    element.addEventListener("dragleave", onLeave);
    element.addEventListener("drop", onDrop);
    element.addEventListener("change", onChange);
    document.addEventListener("paste", onPaste);
    return {
        dispose() {
            element.removeEventListener("dragover", onOver);
            element.removeEventListener("dragleave", onLeave);
            element.removeEventListener("drop", onDrop);
            element.removeEventListener("change", onChange);
            document.removeEventListener("paste", onPaste);
        },
    };
}

// The keys of undo and redo on a page without a grid.
export function attachUndo(target) {
    const onKey = event => {
        const key = event.key.toLowerCase();
        if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")
            || event.target.matches("input, textarea, select") || document.querySelector(".mud-dialog"))
            return;
        event.preventDefault();
        target.invokeMethodAsync("OnUndoKey", key === "y" || event.shiftKey);
    };
    document.addEventListener("keydown", onKey);
    return { dispose: () => document.removeEventListener("keydown", onKey) };
}

export function pick(element) {
    element.click();
}
