using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;
using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>
/// The code that the part Use shows, run or compiled as it is printed. What Python and JavaScript prepare goes through the model here; the
/// scores must be those of the library.
/// </summary>
public sealed class SnippetTests
{
    private const double Tolerance = 1e-3;
    private const string Image = "image.jpg";

    /// <summary>Stands for the runtime: it writes what it is given.</summary>
    private const string PythonRuntime = """
        import numpy as np
        class InferenceSession:
            def __init__(self, path, providers):
                open(path, "rb").close()
            def run(self, outputs, feeds):
                (name, tensor), = feeds.items()
                assert tensor.dtype == np.float32
                tensor.tofile("tensor.bin")
                open("shape.txt", "w").write(name + " " + " ".join(map(str, tensor.shape)))
                return [np.array([[0.25, 0.75]])]
        """;

    private const string JavaScriptRuntime = """
        export class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
        """;

    private const string JavaScriptMain = """
        import { readFileSync, writeFileSync } from "node:fs";
        import { classify } from "./snippet.mjs";
        const [width, height] = process.argv.slice(2).map(Number);
        const session = { run: async (feeds, outputs) => {
          const [[name, tensor]] = Object.entries(feeds);
          writeFileSync("tensor.bin", Buffer.from(tensor.data.buffer));
          writeFileSync("shape.txt", name + " " + tensor.dims.join(" "));
          return { Score: { data: Float32Array.of(0.25, 0.75) } };
        } };
        const answer = await classify(session, readFileSync("pixels.bin"), width, height);
        process.stdout.write(`${answer.label} ${(100 * answer.probability).toFixed(1)}%\n`);
        """;

    /// <summary>Ways to prepare images that differ in everything: size, crop, filter, order, layout.</summary>
    public static TheoryData<ImageResizeMode, ImageInterpolation, ChannelOrder> Ways => new()
    {
        { ImageResizeMode.ShortestSide, ImageInterpolation.Bilinear, ChannelOrder.Rgb },
        { ImageResizeMode.Pad, ImageInterpolation.Bicubic, ChannelOrder.Bgr },
        { ImageResizeMode.Squash, ImageInterpolation.Bilinear, ChannelOrder.Rgb },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Python_gets_the_scores_of_the_library(ImageResizeMode resize, ImageInterpolation filter, ChannelOrder order)
    {
        string? python = Find("/usr/bin/python3", "-c", "import numpy, PIL");
        Assert.SkipUnless(python is not null, "needs Python with NumPy and Pillow");
        using var folder = new TemporaryFolder();
        using var classifier = await SaveAsync(folder, resize, filter, order);
        File.WriteAllText(folder.File("onnxruntime.py"), PythonRuntime);
        foreach (string picture in Draw(folder))
        {
            File.Copy(picture, folder.File(Image), overwrite: true);
            File.WriteAllText(folder.File("snippet.py"), Code(classifier, "Python"));
            Assert.Equal($"{classifier.Labels[1]} 75.0%\n", await RunAsync(folder, python, "snippet.py"));
            Compare(classifier, folder);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task JavaScript_gets_the_scores_of_the_library(ImageResizeMode resize, ImageInterpolation filter, ChannelOrder order)
    {
        string? node = Find("/usr/bin/node", "--version");
        Assert.SkipUnless(node is not null, "needs Node.js at /usr/bin/node");
        using var folder = new TemporaryFolder();
        using var classifier = await SaveAsync(folder, resize, filter, order);
        Directory.CreateDirectory(folder.File("node_modules/onnxruntime-web"));
        File.WriteAllText(folder.File("node_modules/onnxruntime-web/package.json"), """{ "type": "module", "main": "index.js" }""");
        File.WriteAllText(folder.File("node_modules/onnxruntime-web/index.js"), JavaScriptRuntime);
        File.WriteAllText(folder.File("main.mjs"), JavaScriptMain);
        File.WriteAllText(folder.File("snippet.mjs"), Code(classifier, "JavaScript"));
        foreach (string picture in Draw(folder))
        {
            File.Copy(picture, folder.File(Image), overwrite: true);
            var format = SKBitmap.DecodeBounds(picture).WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Unpremul);
            using var decoded = SKBitmap.Decode(picture, format);
            File.WriteAllBytes(folder.File("pixels.bin"), decoded.Bytes);
            string[] size = [decoded.Width.ToString(CultureInfo.InvariantCulture), decoded.Height.ToString(CultureInfo.InvariantCulture)];
            Assert.Equal($"{classifier.Labels[1]} 75.0%\n", await RunAsync(folder, node, ["main.mjs", .. size]));
            Compare(classifier, folder);
        }
    }

    private static void Compare(ImageClassifier classifier, TemporaryFolder folder)
    {
        string[] shape = File.ReadAllText(folder.File("shape.txt")).Split(' ');
        float[] values = new float[new FileInfo(folder.File("tensor.bin")).Length / sizeof(float)];
        Buffer.BlockCopy(File.ReadAllBytes(folder.File("tensor.bin")), 0, values, 0, values.Length * sizeof(float));
        int[] sides = [.. shape.Skip(1).Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        using var session = new InferenceSession(folder.File("model.onnx"));
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(shape[0], new DenseTensor<float>(values, sides))], ["Score"]);
        float[] scores = [.. results[0].AsEnumerable<float>()];
        Prediction expected = classifier.Predict(folder.File(Image));
        Assert.All(expected.Top(5), answer => Assert.Equal(
            answer.Probability, scores[classifier.Labels.ToList().IndexOf(answer.Label)], Tolerance));
        Assert.Equal(1, expected.Probability / scores[expected.LabelIndex], 0.02);
        Assert.Equal(1, scores.Sum(), 1e-4);
    }

    /// <summary>Wide, high and transparent images, none of whose sides is that of the network.</summary>
    private static string[] Draw(TemporaryFolder folder)
    {
        (int Width, int Height)[] sizes = [(157, 121), (63, 211)];
        return [.. sizes.Select((size, i) =>
        {
            using var bitmap = new SKBitmap(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            for (int y = 0; y < size.Height; y++)
            {
                for (int x = 0; x < size.Width; x++)
                {
                    bool isEdge = (x / 9 + y / 7) % 2 == 0;
                    bitmap.SetPixel(
                        x, y, new SKColor((byte)(x * 255 / size.Width), (byte)(isEdge ? 220 : 30), (byte)(y * 255 / size.Height),
                        (byte)(i == 1 && x < 20 ? 128 : 255)));
                }
            }

            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            string path = folder.File(FormattableString.Invariant($"{i}.png"));
            File.WriteAllBytes(path, data.ToArray());
            return path;
        })];
    }

    private static string Code(ImageClassifier classifier, string name) =>
        Snippets.For(classifier).Single(snippet => snippet.Name == name).Code;

    [Fact]
    public async Task The_code_for_dotnet_compiles_as_it_is_printed()
    {
        string framework = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string? compiler = Newest(Path.Combine(framework, "sdk"), Path.Combine("Roslyn", "bincore", "csc.dll"));
        Assert.SkipUnless(compiler is not null, "needs the SDK of .NET beside its runtime");
        using var folder = new TemporaryFolder();
        string[] frameworks = [.. new[] { "Microsoft.NETCore.App", "Microsoft.AspNetCore.App" }
            .Select(name =>
                Newest(Path.Combine(framework, "packs", $"{name}.Ref"), Path.Combine("ref", $"net{Environment.Version.ToString(2)}")))
            .OfType<string>()];
        Assert.SkipUnless(frameworks.Length == 2, "needs the reference assemblies of .NET and ASP.NET Core");
        string bin = Path.Combine(
            TestImages.RepositoryRoot, "samples", "MLNetPipeline", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name);
        string[] libraries =
        [
            .. Directory.GetFiles(Path.Combine(bin, new DirectoryInfo(AppContext.BaseDirectory).Name), "*.dll")
                .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("Microsoft.ML.", StringComparison.Ordinal)
                    || name.StartsWith("TransferLearning", StringComparison.Ordinal))),
        ];
        File.WriteAllLines(
            folder.File("usings.cs"), new[]
            {
                "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks",
                "Microsoft.AspNetCore.Builder",
                "Microsoft.AspNetCore.Http", "Microsoft.Extensions.DependencyInjection",
            }.Select(name => $"global using {name};"));
        foreach (var snippet in Snippets.OfDotNet)
        {
            File.WriteAllText(folder.File("Program.cs"), snippet.Code);
            File.WriteAllLines(folder.File("options.rsp"), frameworks.SelectMany(Directory.GetFiles)
                .Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
                .Concat(libraries)
                .Select(file => $"-r:\"{file}\"")
                .Concat(["-nologo", "-nullable", "-nostdlib", "-out:snippet.dll", "usings.cs", "Program.cs"]));
            Assert.Equal("", await RunAsync(folder, "dotnet", "exec", compiler, "-noconfig", "@options.rsp"));
        }
    }

    private static string? Newest(string folder, string inside) => !Directory.Exists(folder)
        ? null
        : Directory.GetDirectories(folder).Select(version => Path.Combine(version, inside)).Where(Path.Exists)
            .Order(StringComparer.Ordinal).LastOrDefault();

    private static async Task<ImageClassifier> SaveAsync(
        TemporaryFolder folder, ImageResizeMode resize, ImageInterpolation filter, ChannelOrder order)
    {
        var network = Backbones.TinyResNet;
        var preprocessing = network.Preprocessing with
        {
            Resize = resize, Interpolation = filter, ChannelOrder = order, ResizeTo = network.Preprocessing.Width * 9 / 8,
        };
        var classifier = await TransferLearner.From(network with { Preprocessing = preprocessing }).Classifier().CreateAsync();
        classifier.Save(folder.File("model.onnx"));
        return classifier;
    }

    /// <summary>The program, if it is there and does this; otherwise null.</summary>
    private static string? Find(string program, params string[] arguments)
    {
        if (!File.Exists(program))
            return null;
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0 ? program : null;
    }

    private static async Task<string> RunAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}{await errors}");
        return output;
    }
}
