using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TransferLearning.Studio;

/// <summary>
/// Code for runtimes without this library: it prepares images as the metadata of one model say, step by step as the library does, so that
/// scores agree.
/// </summary>
/// <param name="preprocessing">How images are prepared.</param>
/// <param name="labels">The names of the classes.</param>
/// <param name="input">The name of the input.</param>
/// <param name="file">The name of the model's file.</param>
public sealed class PortableSnippets(ImagePreprocessing preprocessing, IReadOnlyList<string> labels, string input, string file)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly bool _isPlanar = preprocessing.Layout == TensorLayout.Nchw;

    private int Side => preprocessing.ResizeTo ?? Math.Max(preprocessing.Width, preprocessing.Height);

    /// <summary>Python with onnxruntime, Pillow and NumPy.</summary>
    public string Python => $$"""
        # pip install onnxruntime pillow numpy
        import numpy as np
        import onnxruntime
        from PIL import Image, ImageOps

        LABELS = {{Text(labels)}}
        WIDTH, HEIGHT = {{preprocessing.Width}}, {{preprocessing.Height}}
        MEAN = np.array({{Numbers(preprocessing.Mean)}}, np.float32)
        STD = np.array({{Numbers(preprocessing.StandardDeviation)}}, np.float32)


        def prepare(path):
            image = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
            width, height = image.size
        {{PythonSize}}
            image = image.resize(size, Image.{{(IsCubic ? "BICUBIC" : "BILINEAR")}})
        {{PythonPlace}}
            return tensor[np.newaxis]


        session = onnxruntime.InferenceSession({{Text(file)}}, providers=["CPUExecutionProvider"])
        scores = session.run(["Score"], {{{Text(input)}}: prepare("image.jpg")})[0][0]
        best = int(np.argmax(scores))
        print(LABELS[best], f"{scores[best]:.1%}")

        """;

    /// <summary>JavaScript with onnxruntime-web, in a browser.</summary>
    public string JavaScript => $$"""
        // npm install onnxruntime-web. In Node.js: onnxruntime-node, and the pixels of sharp(file).rotate().ensureAlpha().raw().
        import * as ort from "onnxruntime-web";

        const LABELS = {{Text(labels)}};
        const WIDTH = {{preprocessing.Width}}, HEIGHT = {{preprocessing.Height}};
        const MEAN = {{Numbers(preprocessing.Mean)}}, STD = {{Numbers(preprocessing.StandardDeviation)}};

        // Resampling with a filter as wide as the step, as Pillow does it; a canvas would leave pixels out.
        {{JavaScriptFilter}}
        function resample(source, from, to, lines, step, stride) {
          const scale = from / to, wide = Math.max(scale, 1), target = new Uint8Array(to * lines * 3);
          for (let i = 0; i < to; i++) {
            const centre = (i + 0.5) * scale, reach = REACH * wide;
            const first = Math.max(0, Math.floor(centre - reach + 0.5)), end = Math.min(from, Math.floor(centre + reach + 0.5));
            const weights = [];
            for (let k = first; k < end; k++) weights.push(filter((k - centre + 0.5) / wide));
            const total = weights.reduce((sum, weight) => sum + weight, 0);
            for (let line = 0; line < lines; line++) for (let c = 0; c < 3; c++) {
              let sum = 0;
              for (let k = first; k < end; k++) sum += weights[k - first] * source[k * step + line * stride + c];
              // Rows become rows: the axis that is resampled has the same place as before.
              const place = step === 3 ? (line * to + i) * 3 : (i * lines + line) * 3;
              target[place + c] = Math.min(255, Math.max(0, Math.round(sum / total)));
            }
          }
          return target;
        }

        // Halves are rounded to even numbers.
        const even = x => { const near = Math.round(x); return near - x === 0.5 && near % 2 ? near - 1 : near; };

        // rgba: the upright image, four bytes a pixel.
        export function prepare(rgba, width, height) {
          const rgb = new Uint8Array(width * height * 3);
          for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++)
            rgb[3 * i + c] = Math.round((rgba[4 * i + c] * rgba[4 * i + 3] + 255 * (255 - rgba[4 * i + 3])) / 255);
        {{JavaScriptSize}}
          const rows = resample(rgb, width, w, height, 3, 3 * width);
          const pixels = resample(rows, height, h, w, 3 * w, 3);
          const tensor = new Float32Array(3 * WIDTH * HEIGHT);
          const top = even((HEIGHT - h) / 2), left = even((WIDTH - w) / 2);
          for (let y = Math.max(0, top); y < Math.min(HEIGHT, top + h); y++)
            for (let x = Math.max(0, left); x < Math.min(WIDTH, left + w); x++)
              for (let c = 0; c < 3; c++)
                tensor[{{(_isPlanar ? "(c * HEIGHT + y) * WIDTH + x" : "(y * WIDTH + x) * 3 + c")}}] =
                  (pixels[((y - top) * w + x - left) * 3 + {{(IsReversed ? "2 - c" : "c")}}] - MEAN[c]) / STD[c];
          return tensor;
        }

        export async function classify(session, rgba, width, height) {
          const shape = {{(_isPlanar ? "[1, 3, HEIGHT, WIDTH]" : "[1, HEIGHT, WIDTH, 3]")}};
          const tensor = new ort.Tensor("float32", prepare(rgba, width, height), shape);
          const scores = (await session.run({ {{Text(input)}}: tensor }, ["Score"])).Score.data;
          const best = scores.indexOf(Math.max(...scores));
          return { label: LABELS[best], probability: scores[best], scores };
        }

        // In a browser, with a file of the user: await classifyFile(await ort.InferenceSession.create({{Text(file)}}), file)
        export async function classifyFile(session, file) {
          const image = await createImageBitmap(file);
          const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
          context.drawImage(image, 0, 0);
          return classify(session, context.getImageData(0, 0, image.width, image.height).data, image.width, image.height);
        }

        """;

    private bool IsCubic => preprocessing.Interpolation == ImageInterpolation.Bicubic;

    private bool IsReversed => preprocessing.ChannelOrder == ChannelOrder.Bgr;

    private string PythonSize => preprocessing.Resize switch
    {
        ImageResizeMode.Squash => "    size = (WIDTH, HEIGHT)",
        ImageResizeMode.Pad => """
                if width * HEIGHT >= WIDTH * height:
                    size = (WIDTH, min(max(round(height / width * WIDTH), 1), HEIGHT))
                else:
                    size = (min(max(round(width / height * HEIGHT), 1), WIDTH), HEIGHT)
            """,
        _ => FormattableString.Invariant(
            $"    size = ({Side}, {Side} * height // width) if width <= height else ({Side} * width // height, {Side})"),
    };

    private string PythonPlace
    {
        get
        {
            string channels = IsReversed ? "[:, :, ::-1]" : "";
            string order = _isPlanar ? ".transpose(2, 0, 1)" : "";
            return preprocessing.Resize switch
            {
                ImageResizeMode.Pad => $"""
                        pixels = (np.asarray(image, np.float32){channels} - MEAN) / STD
                        left, top = round((WIDTH - size[0]) / 2), round((HEIGHT - size[1]) / 2)
                        tensor = np.zeros((HEIGHT, WIDTH, 3), np.float32)
                        tensor[top:top + size[1], left:left + size[0]] = pixels
                        tensor = np.ascontiguousarray(tensor{order})
                    """,
                ImageResizeMode.Squash => $"""
                        pixels = (np.asarray(image, np.float32){channels} - MEAN) / STD
                        tensor = np.ascontiguousarray(pixels{order})
                    """,
                _ => $"""
                        left, top = round((size[0] - WIDTH) / 2), round((size[1] - HEIGHT) / 2)
                        image = image.crop((left, top, left + WIDTH, top + HEIGHT))
                        pixels = (np.asarray(image, np.float32){channels} - MEAN) / STD
                        tensor = np.ascontiguousarray(pixels{order})
                    """,
            };
        }
    }

    private string JavaScriptFilter => IsCubic
        ? """
            const REACH = 2;
            const filter = x => (x = Math.abs(x), x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((2.5 - 0.5 * x) * x - 4) * x + 2 : 0);
            """
        : """
            const REACH = 1;
            const filter = x => Math.max(0, 1 - Math.abs(x));
            """;

    private string JavaScriptSize => preprocessing.Resize switch
    {
        ImageResizeMode.Squash => "  const w = WIDTH, h = HEIGHT;",
        ImageResizeMode.Pad => """
              const isWide = width * HEIGHT >= WIDTH * height;
              const w = isWide ? WIDTH : Math.min(Math.max(even(width / height * HEIGHT), 1), WIDTH);
              const h = isWide ? Math.min(Math.max(even(height / width * WIDTH), 1), HEIGHT) : HEIGHT;
            """,
        _ => FormattableString.Invariant($"""
              const w = width <= height ? {Side} : Math.floor({Side} * width / height);
              const h = width <= height ? Math.floor({Side} * height / width) : {Side};
            """),
    };

    /// <summary>A text, or a list of texts, as Python and JavaScript write it.</summary>
    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Readable);

    private static string Numbers(Vector3 values) => string.Create(
        CultureInfo.InvariantCulture, $"[{values.X:R}, {values.Y:R}, {values.Z:R}]");
}
