using System.Text;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Whatever is wrong with the command line, a file or a folder: exit code 2, nothing on stdout, one line on stderr that helps.</summary>
public sealed class BadInputTests(DrawnExample example, BadInputTests.Inputs inputs) : IClassFixture<BadInputTests.Inputs>
{
    // words of the command line ({…} are files of the fixture), what the line must say
    public static TheoryData<string, string[]> Cases => new()
    {
        { "train {nowhere} -o {out}", ["{nowhere}", "does not exist"] },
        { "train {plain.txt} -o {out}", ["{plain.txt}", "is a file, not a folder"] },
        { "train {empty} -o {out}", ["{empty}", "no class folders", "sub-folder"] },
        { "train {texts} -o {out}", ["'a' (0), 'b' (0)", "1.jpg", "a text"] },
        { "train {texts} --skip-undecodable -o {out}", ["'a' (0), 'b' (0)"] },
        { "train {spoilt} -o {out}", ["2.jpg", "cut off"] },
        { "train {unicode} -o {out}", ["differ only in Unicode form"] },
        { "train {pictures} --backbone mobilnetv2 -o {out}", ["no backbone 'mobilnetv2'", "Did you mean 'MobileNetV2'?"] },
        { "train {pictures} --backbone {missing.onnx} -o {out}", ["no model file", "{missing.onnx}"] },
        { "train {pictures} --backbone ./nowhere -o {out}", ["no model file './nowhere'"] },
        { "train {pictures} --backbone {bare.onnx} -o {out}", ["{bare.onnx}", "does not say how pictures are prepared", "'imagenet'", "'tf'", "'caffe'", "JSON"] },
        { "train {pictures} --backbone {cut.onnx} -o {out}", ["{cut.onnx}", "was cut off"] },
        { "train {pictures} --backbone {bare.onnx} --preprocessing nosuch -o {out}", ["'nosuch' is neither a preset nor a file"] },
        { "train {pictures} -o {missing/model.onnx}", ["folder", "does not exist", "-o"] },
        { "train {pictures} -o {plain.txt/model.onnx}", ["{plain.txt}", "-o"] },
        { "train {pictures} -o {empty}", ["is a folder", "-o"] },
        { "train {pictures} --bakbone x", ["no option '--bakbone'", "Did you mean '--backbone'?"] },
        { "train {pictures} --seed x", ["--seed takes a whole number, not 'x'"] },
        { "train {pictures} --scenario finetune --epochs 0", ["--epochs takes a whole number of 1 or more, not '0'"] },
        { "train {pictures} --scenario finetune --learning-rate -1", ["--learning-rate takes a number above 0, not '-1'"] },
        { "train {pictures} --epochs 3", ["--epochs needs --scenario finetune or scratch"] },
        { "train {pictures} --flip", ["--flip needs --views"] },
        { "train {pictures} --views 101", ["--views takes a whole number from 1 to 100, not '101'"] },
        { "train {pictures} --views 2 --zoom 1 -o {out}", ["Zoom must be in [0, 1), not 1"] },
        { "train {pictures} --cutmix 1", ["--cutmix needs --scenario finetune or scratch"] },
        { "train {pictures} --scenario auto --views 2", ["--scenario auto chooses by itself"] },
        { "train {pictures} --scenario finetune --freeze 1 --cutmix 1 -o {out}", ["choose an earlier freeze point"] },
        { "preview {pictures} --hue 200 -o {out.png}", ["--hue takes a number from 0 to 180, not '200'"] },
        { "preview {nowhere} -o {out.png}", ["{nowhere}", "does not exist"] },
        { "preview {spoilt} --pictures 100 -o {out.png}", ["2.jpg", "cut off"] },
        { "train {pictures} --scenario fineture", ["--scenario takes features, finetune, scratch or auto, not 'fineture'"] },
        { "train {pictures} --head mpl --epochs 3", ["--head takes linear or mlp, not 'mpl'"] },
        { "train {pictures} --scenario finetune --optimizer adamm", ["--optimizer takes sgd, nesterov, adam or adamw, not 'adamm'"] },
        { "train {pictures} --preprocessing tf -o {out}", ["--preprocessing is for an ONNX file", "TinyResNet"] },
        { "train {pictures} --backbone {pictures} -o {out}", ["{pictures}", "is a folder, not a model"] },
        { "train {pictures} --feature-cache {plain.txt} -o {out}", ["{plain.txt}", "is a file", "--feature-cache"] },
        { "preview {pictures} -o {sheet.jpg}", ["must end in .png", "-o"] },
        { "train", ["'train' needs <folder>", "--help"] },
        { "trian {pictures}", ["no command 'trian'", "Did you mean 'train'?"] },
        { "", ["Give one of the commands check, advise", "--help"] },
        { "backbones", ["Give one of the commands list, show, fetch, verify", "--help"] },
    };

    public static TheoryData<string, string[]> UseCases => new()
    {
        { "evaluate {model} {foreign}", ["does not know the classes 'cat', 'dog'. It was made for 'circle', 'square', 'yıldız İ ★'"] },
        { "quantize {model} {foreign} -o {out}", ["does not know the classes 'cat', 'dog'. It was made for 'circle', 'square', 'yıldız İ ★'"] },
        { "quantize {model} {empty} -o {out}", ["{empty}", "no class folders"] },
        { "quantize {model} {pictures} -o {empty}", ["is a folder", "-o"] },
        { "quantize {model} {pictures} --max-loss 2 -o {out}", ["--max-loss takes a number from 0 to 1, not '2'"] },
        { "quantize {model} {pictures} --calibration-images 0 -o {out}", ["--calibration-images takes a whole number of 1 or more, not '0'"] },
        { "quantize {model} {spoilt} -o {out}", ["2.jpg", "cut off"] },
        { "evaluate {model} {empty}", ["{empty}", "no class folders"] },
        { "evaluate {bare.onnx} {pictures}", ["{bare.onnx}", "does not say how pictures are prepared"] },
        { "evaluate {later.onnx} {pictures}", ["format version 2", "update"] },
        { "evaluate {model} {spoilt}", ["2.jpg", "cut off"] },
        { "evaluate {model} {pictures} --split valid --json", ["'valid'", "--split all"] },
        { "predict {model} {nowhere}", ["{nowhere}", "neither a file nor a folder"] },
        { "predict {model} {empty} --json", ["no pictures in", "{empty}"] },
        { "predict {missing.onnx} {pictures}", ["no model file", "{missing.onnx}"] },
        { "predict {plain.txt} {pictures}", ["{plain.txt}", "not an ONNX model"] },
        { "predict {cut.onnx} {pictures} --json", ["{cut.onnx}", "cut off"] },
        { "predict {model} {pictures} --top 0", ["--top takes a whole number of 1 or more, not '0'"] },
        { "predict {model} {pictures} --tpo 3", ["no option '--tpo'", "Did you mean '--top'?"] },
        { "predict {model}", ["'predict' needs <images>", "folders of pictures"] },
        { "predict {pictures} {model}", ["{pictures}", "is a folder, not a model", "The model comes before the pictures"] },
        { "predict {spoilt/square/1.jpg} {model}", ["is a picture, not a model", "The model comes before the pictures"] },
        { "evaluate {model} {pictures} --split vald", ["--split takes auto, train, valid, test or all, not 'vald'"] },
        { "explain {model} {pictures} -o {out.png}", ["{pictures}", "is a folder"] },
        { "explain {model} {nowhere.jpg} -o {out.png}", ["There is no picture '{nowhere.jpg}'"] },
        { "explain {model} {spoilt/square/1.jpg} -o {out.gif}", ["must end in .png, .jpg or .jpeg", "-o"] },
        { "features {pictures} --output {plain.txt}", ["{plain.txt}", "is a file", "--output"] },
        { "summary {pictures}", ["{pictures}", "is a folder, not a model"] },
        { "summary tinyresnt", ["no backbone 'tinyresnt'", "Did you mean 'TinyResNet'?"] },
        { "summary {cut.onnx}", ["{cut.onnx}"] },
        { "summary {model} --freeze 2", ["--freeze takes a number from 0 to 1, not '2'"] },
        { "summary {model} --freeze 0,5", ["not '0,5'"] },
        { "summary {model} --unfreeze-from nolayer", ["no layer 'nolayer'", "'final.conv'", "summary"] },
        { "summary {model} --freeze 0.5 --unfreeze-last 2", ["exclude each other"] },
        { "backbones show vgg61", ["no backbone 'vgg61'", "Did you mean 'VGG16'?"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Training_is_refused(string command, string[] said) => await AssertRefusedAsync(command, said);

    [Theory]
    [MemberData(nameof(UseCases))]
    public async Task Use_is_refused(string command, string[] said) => await AssertRefusedAsync(command, said);

    [Fact]
    public async Task A_picture_that_is_a_text_is_refused_by_name()
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
        return word[..open] + (name == "pictures" ? example.Pictures : inputs.Path(name)) + word[(close + 1)..];
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

        public string[] Files() => [.. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

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
                foreach (string file in new[] { "texts/a/1.jpg", "texts/a/2.jpg", "texts/b/1.jpg", "texts/b/2.jpg", "texts/b/3.jpg", "texts/a/3.jpg" })
                    await WriteAsync(file, Encoding.UTF8.GetBytes("no picture: " + file));
                for (int i = 0; i < 3; i++)
                {
                    // One shape is spoilt only at its end: its first bytes are those of a picture.
                    byte[] circle = DrawnPictures.Encode(0, i);
                    await WriteAsync($"spoilt/circle/{i}.jpg", i == 2 ? circle[..^500] : circle);
                    await WriteAsync($"spoilt/square/{i}.jpg", DrawnPictures.Encode(1, i));
                    await WriteAsync($"foreign/cat/{i}.jpg", DrawnPictures.Encode(0, i));
                    await WriteAsync($"foreign/dog/{i}.jpg", DrawnPictures.Encode(1, i));
                    await WriteAsync($"unicode/{"café".Normalize(NormalizationForm.FormC)}/{i}.jpg", DrawnPictures.Encode(0, i));
                    await WriteAsync($"unicode/{"café".Normalize(NormalizationForm.FormD)}/{i}.jpg", DrawnPictures.Encode(1, i));
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
