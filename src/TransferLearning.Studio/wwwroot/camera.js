// Records images with the camera while a button is held.

const interval = 200;

export function attachCamera(target, root) {
    const part = name => root.querySelector(`[data-part="${name}"]`);
    const video = part("video"), button = root.querySelector('[data-do="hold"]');
    const canvas = document.createElement("canvas");
    let stream = null, holding = false, batch = "";

    navigator.mediaDevices.getUserMedia({ video: true }).then(opened => {
        stream = opened;
        video.srcObject = opened;
        return video.play();
    }).catch(error => {
        part("error").textContent = `The camera cannot be used: ${error.message}`;
    });
    const take = async () => {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        canvas.getContext("2d").drawImage(video, 0, 0);
        const image = await new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", 0.92));
        if (!image)
            return;
        const label = await target.invokeMethodAsync("UploadClass");
        const query = new URLSearchParams({ name: "camera.jpg", class: label, folders: "0", batch });
        const answer = await fetch(`upload?${query}`, { method: "POST", body: image });
        const said = await answer.json();
        part("error").textContent = answer.ok ? "" : said.detail ?? said.title;
        if (answer.ok)
            await target.invokeMethodAsync("OnTaken", said.added);
    };
    const start = async event => {
        if (holding || !stream || (event.type === "keydown" && event.key !== " " && event.key !== "Enter"))
            return;
        event.preventDefault();
        holding = true;
        batch = crypto.randomUUID();
        do {
            const began = performance.now();
            await take();
            await new Promise(resolve => setTimeout(resolve, Math.max(0, interval - (performance.now() - began))));
        } while (holding && root.isConnected);
    };
    const stop = () => {
        holding = false;
    };
    button.addEventListener("pointerdown", start);
    button.addEventListener("keydown", start);
    button.addEventListener("keyup", stop);
    button.addEventListener("blur", stop);
    window.addEventListener("pointerup", stop);
    return {
        dispose() {
            stop();
            window.removeEventListener("pointerup", stop);
            stream?.getTracks().forEach(track => track.stop());
        },
    };
}
