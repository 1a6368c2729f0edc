using System.Text;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>
/// Whatever is wrong with the command line, a file or a folder: exit code 2, nothing on stdout, one line on stderr that helps.
/// </summary>
public sealed class BadInputTests(DrawnExample example, BadInputTests.Inputs inputs) : IClassFixture<BadInputTests.Inputs>
{
    // words of the command line ({…} are files of the fixture), what the line must say
    public static TheoryData<string, string[]> Cases => new()
    {
        { "train {nowhere} -o {out}", ["{nowhere}", "does not exist"] },
        { "train {plain.txt} -o {out}", ["{plain.txt}", "is a file, not a folder"] },
        { "train {empty} -o {out}", ["{empty}", "no class folders", "subfolder"] },
        { "train {texts} -o {out}", ["'a' (0), 'b' (0)", "1.jpg", "a text"] },
        { "train {texts} --skip-undecodable -o {out}", ["'a' (0), 'b' (0)"] },
        { "train {spoilt} -o {out}", ["2.jpg", "cut off"] },
        { "train {unicode} -o {out}", ["differ only in Unicode normalization"] },
        { "train {images} --backbone mobilnetv2 -o {out}", ["no backbone 'mobilnetv2'", "Did you mean 'MobileNetV2'?"] },
        { "train {images} --backbone {missing.onnx} -o {out}", ["no model file", "{missing.onnx}"] },
        { "train {images} --backbone ./nowhere -o {out}", ["no model file './nowhere'"] },
        {
            "train {images} --backbone {bare.onnx} -o {out}",
            ["{bare.onnx}", "does not say how images are prepared", "'imagenet'", "'tf'", "'caffe'", "JSON"]
        },
        { "train {images} --backbone {cut.onnx} -o {out}", ["{cut.onnx}", "was cut off"] },
        { "train {images} --backbone {bare.onnx} --preprocessing nosuch -o {out}", ["'nosuch' is neither a preset nor a file"] },
        { "train {images} -o {missing/model.onnx}", ["folder", "does not exist", "-o"] },
        { "train {images} -o {plain.txt/model.onnx}", ["{plain.txt}", "-o"] },
        { "train {images} -o {empty}", ["is a folder", "-o"] },
        { "train {images} --bakbone x", ["no option '--bakbone'", "Did you mean '--backbone'?"] },
        { "train {images} --seed x", ["--seed takes a whole number, not 'x'"] },
        { "train {images} --scenario fine-tuning --epochs 0", ["--epochs takes a whole number of 1 or more, not '0'"] },
        { "train {images} --scenario fine-tuning --learning-rate -1", ["--learning-rate takes a number above 0, not '-1'"] },
        { "train {images} --epochs 3", ["--epochs needs --scenario fine-tuning or from-scratch"] },
        { "train {images} --budget 2", ["--budget takes a time above 0 with its unit, for instance 90s, 2m or 1h, not '2'"] },
        { "train {images} --head mlp --budget 2m", ["--budget needs --scenario auto"] },
        { "train {images} --flip", ["--flip needs --views"] },
        { "train {images} --views 101", ["--views takes a whole number from 1 to 100, not '101'"] },
        { "train {images} --views 2 --zoom 1 -o {out}", ["Zoom is 1; it must be in [0, 1)"] },
        { "train {images} --cutmix 1", ["--cutmix needs --scenario fine-tuning or from-scratch"] },
        { "train {images} --scenario auto --views 2", ["--scenario auto takes no options"] },
        { "train {images} --scenario fine-tuning --freeze 1 --cutmix 1 -o {out}", ["choose an earlier freeze point"] },
        { "preview {images} --hue 200 -o {out.png}", ["--hue takes a number from 0 to 180, not '200'"] },
        { "preview {nowhere} -o {out.png}", ["{nowhere}", "does not exist"] },
        { "preview {spoilt} --images 100 -o {out.png}", ["2.jpg", "cut off"] },
        {
            "train {images} --scenario fineture",
            ["--scenario takes auto, feature-extraction, fine-tuning or from-scratch, not 'fineture'"]
        },
        { "train {images} --head mpl --epochs 3", ["--head takes linear or mlp, not 'mpl'"] },
        { "train {images} --scenario fine-tuning --optimizer adamm", ["--optimizer takes sgd, nesterov, adam or adamw, not 'adamm'"] },
        { "train {images} --preprocessing tf -o {out}", ["--preprocessing is for an ONNX file", "TinyResNet"] },
        { "train {images} --backbone {images} -o {out}", ["{images}", "is a folder, not a model"] },
        { "train {images} --feature-cache {plain.txt} -o {out}", ["{plain.txt}", "is a file", "--feature-cache"] },
        { "preview {images} -o {sheet.jpg}", ["must end in .png", "-o"] },
        { "train", ["'train' needs <folder>", "--help"] },
        { "trian {images}", ["no command 'trian'", "Did you mean 'train'?"] },
        { "", ["Give one of the commands check, advise", "--help"] },
        { "backbones", ["Give one of the commands list, show, fetch, verify", "--help"] },
    };

    public static TheoryData<string, string[]> UseCases => new()
    {
        { "evaluate {model} {foreign}", ["does not have the classes 'cat', 'dog'. Its own are 'circle', 'square', 'yıldız İ ★'"] },
        { "quantize {model} {foreign} -o {out}", ["does not have the classes 'cat', 'dog'. Its own are 'circle', 'square', 'yıldız İ ★'"] },
        { "quantize {model} {empty} -o {out}", ["{empty}", "no class folders"] },
        { "quantize {model} {images} -o {empty}", ["is a folder", "-o"] },
        { "quantize {model} {images} --max-loss 2 -o {out}", ["--max-loss takes a number from 0 to 1, not '2'"] },
        {
            "quantize {model} {images} --calibration-images 0 -o {out}",
            ["--calibration-images takes a whole number of 1 or more, not '0'"]
        },
        { "quantize {model} {spoilt} -o {out}", ["2.jpg", "cut off"] },
        { "evaluate {model} {empty}", ["{empty}", "no class folders"] },
        { "evaluate {bare.onnx} {images}", ["{bare.onnx}", "does not say how images are prepared"] },
        { "evaluate {later.onnx} {images}", ["format version 2", "update"] },
        { "evaluate {model} {spoilt}", ["2.jpg", "cut off"] },
        { "evaluate {model} {images} --split valid --json", ["'valid'", "--split all"] },
        { "predict {model} {nowhere}", ["{nowhere}", "neither a file nor a folder"] },
        { "predict {model} {empty} --json", ["no images in", "{empty}"] },
        { "predict {missing.onnx} {images}", ["no model file", "{missing.onnx}"] },
        { "predict {plain.txt} {images}", ["{plain.txt}", "not an ONNX model"] },
        { "predict {cut.onnx} {images} --json", ["{cut.onnx}", "cut off"] },
        { "predict {model} {images} --top 0", ["--top takes a whole number of 1 or more, not '0'"] },
        { "predict {model} {images} --tpo 3", ["no option '--tpo'", "Did you mean '--top'?"] },
        { "predict {model}", ["'predict' needs <images>", "folders of images"] },
        { "predict {images} {model}", ["{images}", "is a folder, not a model", "The model comes before the images"] },
        { "predict {spoilt/square/1.jpg} {model}", ["is an image, not a model", "The model comes before the images"] },
        { "evaluate {model} {images} --split vald", ["--split takes auto, train, valid, test or all, not 'vald'"] },
        { "explain {model} {images} -o {out.png}", ["{images}", "is a folder"] },
        { "explain {model} {nowhere.jpg} -o {out.png}", ["There is no image '{nowhere.jpg}'"] },
        { "explain {model} {spoilt/square/1.jpg} -o {out.gif}", ["must end in .png, .jpg or .jpeg", "-o"] },
        { "features {images} --output {plain.txt}", ["{plain.txt}", "is a file", "--output"] },
        { "summary {images}", ["{images}", "is a folder, not a model"] },
        { "summary tinyresnt", ["no backbone 'tinyresnt'", "Did you mean 'TinyResNet'?"] },
        { "summary {cut.onnx}", ["{cut.onnx}"] },
        { "summary {model} --freeze 2", ["--freeze takes a number from 0 to 1, not '2'"] },
        { "summary {model} --freeze 0,5", ["not '0,5'"] },
        { "summary {model} --unfreeze-from nolayer", ["no layer 'nolayer'", "'final.conv'", "summary"] },
        { "summary {model} --freeze 0.5 --unfreeze-last 2", ["Use only one of --freeze, --unfreeze-from and --unfreeze-last"] },
        { "backbones show vgg61", ["no backbone 'vgg61'", "Did you mean 'VGG16'?"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Training_is_refused(string command, string[] said) => await AssertRefusedAsync(command, said);

    [Theory]
    [MemberData(nameof(UseCases))]
    public async Task Use_is_refused(string command, string[] said) => await AssertRefusedAsync(command, said);

    [Fact]
    public async Task An_image_that_is_a_text_is_refused_by_name()
    {
        await inputs.PrepareAsync(await example.ModelAsync());
        var run = await CliRun.RunAsync("predict", inputs.Path("model"), inputs.Path("texts/a/1.jpg"));
        Assert.Contains(inputs.Path("texts/a/1.jpg"), run.RefusedLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_cannot_be_had_are_another_exit_code_and_the_line_tells_how_to_bring_them()
    {
        await inputs.PrepareAsync(await example.ModelAsync());
        var home = new Dictionary<string, string?> { ["TRANSFERLEARNING_HOME"] = inputs.Path("empty") };
        string line = (await CliRun.RunAsync(home, "backbones", "fetch", "VGG16")).RefusedLine(exitCode: 1);
        Assert.Contains("vgg16-12.onnx", line, StringComparison.Ordinal);
        Assert.Contains("SHA-256", line, StringComparison.Ordinal);
        Assert.Contains(inputs.Path("empty"), line, StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(string command, string[] said)
    {
        await inputs.PrepareAsync(await example.ModelAsync());
        string[] before = inputs.Files();
        var run = await CliRun.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Fill)]);
        string line = run.RefusedLine();
        Assert.All(said, part => Assert.Contains(Fill(part), line, StringComparison.Ordinal));
        Assert.Equal(before, inputs.Files());
    }

    private string Fill(string word)
    {
        // A word of the command line, or a sentence with such a word in it.
        int open = word.IndexOf('{', StringComparison.Ordinal), close = word.IndexOf('}', StringComparison.Ordinal);
        if (open < 0)
            return word;
        string name = word[(open + 1)..close];
        return word[..open] + (name == "images" ? example.Images : inputs.Path(name)) + word[(close + 1)..];
    }

    /// <summary>Files and folders with something wrong.</summary>
    public sealed class Inputs : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly SemaphoreSlim _once = new(1);
        private bool _prepared;

        public string Path(string name) => name switch
        {
            "model" => _folder.File("model.onnx"),
            "out" => _folder.File("out.onnx"),
            _ => _folder.File(name),
        };

        public string[] Files() =>
            [.. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

        public async Task PrepareAsync(string model)
        {
            await _once.WaitAsync();
            try
            {
                if (_prepared)
                    return;
                _prepared = true;
                File.Copy(model, Path("model"));
                Directory.CreateDirectory(Path("empty"));
                await File.WriteAllTextAsync(Path("plain.txt"), "This is no model.");
                foreach (string file in Enumerable.Range(1, 3).SelectMany(i => new[] { $"texts/a/{i}.jpg", $"texts/b/{i}.jpg" }))
                    await WriteAsync(file, Encoding.UTF8.GetBytes("no image: " + file));
                for (int i = 0; i < 3; i++)
                {
                    // One shape is spoilt only at its end: its first bytes are those of an image.
                    byte[] circle = DrawnImages.Encode(0, i);
                    await WriteAsync($"spoilt/circle/{i}.jpg", i == 2 ? circle[..^500] : circle);
                    await WriteAsync($"spoilt/square/{i}.jpg", DrawnImages.Encode(1, i));
                    await WriteAsync($"foreign/cat/{i}.jpg", DrawnImages.Encode(0, i));
                    await WriteAsync($"foreign/dog/{i}.jpg", DrawnImages.Encode(1, i));
                    await WriteAsync($"unicode/{"café".Normalize(NormalizationForm.FormC)}/{i}.jpg", DrawnImages.Encode(0, i));
                    await WriteAsync($"unicode/{"café".Normalize(NormalizationForm.FormD)}/{i}.jpg", DrawnImages.Encode(1, i));
                }

                byte[] bytes = await File.ReadAllBytesAsync(model);
                await WriteAsync("cut.onnx", bytes[..(bytes.Length / 2)]);
                OnnxModel.Load(model).WithMetadata([new("transferlearning.format_version", "2")]).Save(Path("later.onnx"));
                var bare = Backbones.TinyResNet.Local!().Proto.Clone();
                bare.MetadataProps.Clear();
                new OnnxModel(bare).Save(Path("bare.onnx"));
            }
            finally
            {
                _once.Release();
            }
        }

        public void Dispose()
        {
            _once.Dispose();
            _folder.Dispose();
        }

        private async Task WriteAsync(string name, byte[] content)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
            await File.WriteAllBytesAsync(Path(name), content);
        }
    }
}
