// Shows images and the camera to a classifier of the studio.

const frameSide = 480;

export function attachTry(page, root, firstRun) {
    const part = name => root.querySelector(`[data-part="${name}"]`);
    const video = part("video"), image = part("image"), bars = part("bars"), figure = part("figure");
    let run = firstRun, current = null, stream = null, running = false;

    const show = said => {
        part("error").textContent = "";
        part("said").classList.remove("unsaid");
        part("answer").textContent =
            said.known ? `${said.label} · ${(100 * said.probability).toFixed(1)}%` : `Unknown (closest: ${said.label})`;
        part("more").hidden = false;
        write("why", said.why);
        const shown = said.top.reduce((sum, entry) => sum + entry.probability, 0);
        write("others", said.others > 0 ? `and ${said.others} more with ${(100 * Math.max(0, 1 - shown)).toFixed(1)}% together` : "");
        said.top.forEach((entry, index) => {
            let line = bars.children[index];
            if (!line) {
                line = document.createElement("li");
                line.innerHTML = '<span class="name"></span><span class="bar"><span></span></span><span class="count"></span>';
                bars.append(line);
            }
            line.children[0].textContent = entry.label;
            line.children[1].firstChild.style.width = `${100 * entry.probability}%`;
            line.children[2].textContent = `${(100 * entry.probability).toFixed(1)}%`;
        });
        while (bars.children.length > said.top.length)
            bars.lastChild.remove();
    };
    const write = (name, text) => {
        part(name).textContent = text;
        part(name).hidden = text === "";
    };
    const fail = text => {
        part("said").classList.remove("unsaid");
        part("error").textContent = text;
    };
    // What was said about another image would be taken for the answer about this one.
    const forget = () => {
        part("answer").textContent = "";
        bars.replaceChildren();
        write("why", "");
        write("others", "");
        part("more").hidden = figure.hidden = true;
        part("said").classList.add("unsaid");
    };
    const ask = async (what, body) => {
        const answer = await fetch(`try/${run}/${what}?name=${encodeURIComponent(body.name ?? "the image")}`, { method: "POST", body });
        if (answer.ok)
            return answer;
        const said = await answer.json().catch(() => ({}));
        throw new Error(said.detail ?? said.title ?? "That is no image that can be read.");
    };
    const predict = async body => {
        try {
            const said = await (await ask("predict", body)).json();
            if (body === current)
                show(said);
            return true;
        } catch (error) {
            if (body === current) {
                forget();
                fail(error.message);
            }
            return false;
        }
    };
    const stop = () => {
        running = false;
        stream?.getTracks().forEach(track => track.stop());
        stream = null;
        video.hidden = true;
        part("rate").textContent = "";
        root.querySelector('[data-do="camera"]').setAttribute("aria-pressed", "false");
    };
    const take = async file => {
        stop();
        current = file;
        figure.hidden = true;
        part("hint").hidden = true;
        if (image.src)
            URL.revokeObjectURL(image.src);
        image.src = URL.createObjectURL(file);
        image.hidden = false;
        if (await predict(file) || current !== file)
            return;
        current = null;
        image.hidden = true;
        part("hint").hidden = false;
    };
    const frame = canvas => {
        const scale = Math.min(1, frameSide / Math.max(video.videoWidth, video.videoHeight));
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
        return new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", 0.9));
    };
    const camera = async () => {
        if (running) {
            stop();
            return;
        }
        try {
            stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        } catch (error) {
            fail(`The camera cannot be used: ${error.message}`);
            return;
        }
        running = true;
        root.querySelector('[data-do="camera"]').setAttribute("aria-pressed", "true");
        part("hint").hidden = image.hidden = figure.hidden = true;
        video.hidden = false;
        video.srcObject = stream;
        await video.play();
        const canvas = document.createElement("canvas");
        const times = [];
        while (running && root.isConnected) {
            current = await frame(canvas);
            if (current)
                await predict(current);
            times.push(performance.now());
            while (times.length > 20)
                times.shift();
            if (running && times.length > 2)
                part("rate").textContent = `${((times.length - 1) * 1000 / (times.at(-1) - times[0])).toFixed(1)} frames a second`;
            await new Promise(requestAnimationFrame);
        }
    };
    const draw = async what => {
        if (!current)
            return;
        const name = what === "maps" ? "What its layers respond to" : "Where it looks";
        try {
            part("error").textContent = "Drawing …";
            const answer = await ask(what, current);
            const drawn = URL.createObjectURL(await answer.blob());
            if (figure.src)
                URL.revokeObjectURL(figure.src);
            figure.src = drawn;
            figure.alt = name;
            figure.hidden = false;
            part("error").textContent = "";
        } catch (error) {
            fail(error.message);
        }
    };
    const onClick = event => {
        switch (event.target.closest("[data-do]")?.dataset.do) {
            case "choose": part("file").click(); break;
            case "camera": camera(); break;
            case "explain": draw("explain"); break;
            case "maps": draw("maps"); break;
        }
    };
    const onChange = event => {
        if (event.target === part("file") && event.target.files.length > 0)
            take(event.target.files[0]);
    };
    const onOver = event => {
        event.preventDefault();
        root.classList.add("dropping");
    };
    const onLeave = event => {
        if (!root.contains(event.relatedTarget))
            root.classList.remove("dropping");
    };
    const onDrop = event => {
        event.preventDefault();
        root.classList.remove("dropping");
        if (event.dataTransfer.files.length > 0)
            take(event.dataTransfer.files[0]);
    };
    const onPaste = event => {
        const file = [...(event.clipboardData?.files ?? [])][0];
        if (file)
            take(file);
    };
    root.addEventListener("click", onClick);
    root.addEventListener("change", onChange);
    root.addEventListener("dragover", onOver);
    root.addEventListener("dragleave", onLeave);
    root.addEventListener("drop", onDrop);
    document.addEventListener("paste", onPaste);
    root.removeAttribute("aria-busy");
    return {
        use(other) {
            run = other;
            if (current && !running)
                predict(current);
        },
        dispose() {
            stop();
            document.removeEventListener("paste", onPaste);
        },
    };
}
