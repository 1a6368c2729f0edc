using System.Globalization;
using System.Text.Json;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The tool as a process of its own: what it prints for people and for scripts.</summary>
public sealed class CommandTests(DrawnExample example)
{
    [Fact]
    public async Task A_folder_becomes_a_classifier_that_evaluates_and_predicts()
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("модель 🧪 1.onnx");
        var train = (await CliRun.RunAsync("train", "--backbone", "TinyResNet", example.Images, "-o", model, "--seed", "7", "--json"))
            .Json();
        Assert.Equal(model, train.GetProperty("output").GetString());
        var counts = train.GetProperty("images");
        Assert.Equal((57, 15), (counts.GetProperty("train").GetInt32(), counts.GetProperty("validation").GetInt32()));
        Assert.InRange(train.GetProperty("trainAccuracy").GetDouble(), 0.9, 1);
        Assert.InRange(train.GetProperty("validationAccuracy").GetDouble(), 0.8, 1);
        Assert.InRange(train.GetProperty("seconds").GetDouble(), 0.001, 600);
        Assert.Equal(DrawnImages.Classes, train.GetProperty("labels").Deserialize<string[]>()!);
        Assert.Equal(0, train.GetProperty("problems").GetArrayLength());
        Assert.Equal(Path.GetFileName(model), Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));

        var evaluate = (await CliRun.RunAsync("evaluate", model, example.Images, "--json")).Json();
        using var classifier = ImageClassifier.Load(model);
        Assert.Equal(7, classifier.Training!.Seed);
        var evaluation = await classifier.EvaluateAsync(example.Dataset.All);
        Assert.Equal(72, evaluate.GetProperty("images").GetInt32());
        Assert.Equal(evaluation.Report.Accuracy, evaluate.GetProperty("accuracy").GetDouble());
        Assert.Equal(evaluation.Report.LogLoss, evaluate.GetProperty("logLoss").GetDouble(), 1e-5);
        Assert.Equal(DrawnImages.Classes, evaluate.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("label").GetString()));
        int[][] matrix = evaluate.GetProperty("confusionMatrix").Deserialize<int[][]>()!;
        Assert.Equal(72, matrix.Sum(row => row.Sum()));
        Assert.Equal(evaluation.Wrong.Count, evaluate.GetProperty("wrong").GetArrayLength());
    }

    [Fact]
    public async Task Without_json_the_same_is_told_to_people()
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("model.onnx");
        var train = await CliRun.RunAsync(
            "train", "--backbone", "TinyResNet", example.Images, "-o", model, "--scenario", "feature-extraction");
        Assert.Equal((0, ""), (train.ExitCode, train.Errors));
        Assert.Matches(
            @"^Splits: .*\nClasses: 3 .*\n57 training images of 3 classes, " +
            @"training accuracy \d+\.\d%, validation accuracy \d+\.\d% on 15 images, " +
            @"\d+\.\d s, peak memory \d+ MB\nBackbone: TinyResNet, the small embedded one\. A stronger one .*\nHead: linear softmax",
            train.Output);
        Assert.EndsWith($"Saved {model}\n", train.Output, StringComparison.Ordinal);

        var evaluate = await CliRun.RunAsync("evaluate", model, example.Images);
        using var classifier = ImageClassifier.Load(model);
        string report = (await classifier.EvaluateAsync(example.Dataset.All)).Report.ToString().TrimEnd();
        Assert.StartsWith(
            $"Splits: none.\nClasses: 3 ('circle', 'square', 'yıldız İ ★').\n{report}\n", evaluate.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "Note: 57 of 72 images were trained on and 15 used for validation; no image is new, so the figures say nothing about other " +
            "images.\n",
            evaluate.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_brings_a_strong_backbone_takes_it_by_default_and_names_it()
    {
        using var folder = new TemporaryFolder();
        // Without the packages that this machine has restored, only the tool's own files are left.
        var environment = new Dictionary<string, string?> { ["NUGET_PACKAGES"] = folder.Path };
        DrawnImages.Draw(folder.File("images"), perClass: 8, seed: 1);
        var train = await CliRun.RunAsync(
            environment, "train", folder.File("images"), "-o", folder.File("model.onnx"), "--scenario", "feature-extraction");
        Assert.Equal((0, ""), (train.ExitCode, train.Errors));
        Assert.Contains("\nBackbone: ResNet18Packaged\n", train.Output, StringComparison.Ordinal);
        using var classifier = ImageClassifier.Load(folder.File("model.onnx"));
        Assert.Equal(("ResNet18Packaged", 224), (classifier.Training!.Backbone, classifier.Preprocessing.Width));
    }

    [Fact]
    public async Task Help_calls_the_tool_by_its_name_and_says_what_is_taken_unless_given()
    {
        string help = (await CliRun.RunAsync("train", "--help")).Output;
        Assert.Contains("transfer-learning train [<folder>] [options]", help, StringComparison.Ordinal);
        Assert.Contains("--scenario <auto|feature-extraction|fine-tuning|from-scratch>", help, StringComparison.Ordinal);
        Assert.Contains("(default: fine-tuning more for few images, from-scratch 30, mlp 50)", help, StringComparison.Ordinal);
        Assert.Contains("transfer-learning [command] [options]", (await CliRun.RunAsync("--help")).Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", (await CliRun.RunAsync("--version")).Output);
    }

    [Fact]
    public async Task A_classifier_becomes_a_smaller_one_and_both_are_told()
    {
        using var folder = new TemporaryFolder();
        string model = await example.ModelAsync(), output = folder.File("small.onnx");
        var told = (await CliRun.RunAsync("quantize", model, example.Images, "-o", output, "--max-loss", "0.1", "--json")).Json();
        using var quantized = ImageClassifier.Load(output);
        var summary = quantized.Quantization!;
        Assert.Equal(
            (output, 15, 57),
            (
                told.GetProperty("output").GetString(),
                told.GetProperty("images").GetInt32(),
                told.GetProperty("calibrationImages").GetInt32()));
        Assert.Equal(
            (summary.AccuracyBefore, summary.AccuracyAfter),
            (told.GetProperty("accuracyBefore").GetDouble(), told.GetProperty("accuracyAfter").GetDouble()));
        Assert.Equal(new FileInfo(output).Length, told.GetProperty("bytesAfter").GetInt64());
        Assert.InRange(told.GetProperty("bytesAfter").GetInt64(), 1, told.GetProperty("bytesBefore").GetInt64() / 2);
        Assert.True(told.GetProperty("millisecondsBefore").GetDouble() > 0 && told.GetProperty("millisecondsAfter").GetDouble() > 0);

        var people = await CliRun.RunAsync("quantize", model, example.Images, "-o", output, "--max-loss", "0.1");
        Assert.Equal((0, ""), (people.ExitCode, people.Errors));
        Assert.Matches(
            @"^ +before +quantized\naccuracy +\d+\.\d% +\d+\.\d%   on 15 images.*\none image +\d+\.\d\d ms +\d+\.\d\d ms.*\n" +
            @"file +\d\.\d\d MB +\d\.\d\d MB\nSaved .*: 11 of 11 convolutions",
            people.Output);
        Assert.Contains(
            "quantized already",
            (await CliRun.RunAsync("quantize", output, example.Images, "-o", folder.File("again.onnx"))).RefusedLine(),
            StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("again.onnx")));
    }

    [Fact]
    public async Task A_classifier_that_would_lose_too_much_is_not_written()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("small.onnx");
        foreach (string name in example.Dataset.Classes)
        {
            // An image of the mean colour is 0 throughout to the network, which tells nothing of the range of others.
            string train = Directory.CreateDirectory(folder.File($"images/train/{name}")).FullName;
            string valid = Directory.CreateDirectory(folder.File($"images/valid/{name}")).FullName;
            using var bitmap = new SKBitmap(new SKImageInfo(96, 96, SKColorType.Rgba8888, SKAlphaType.Opaque));
            bitmap.Erase(new SKColor(124, 116, 104));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            await File.WriteAllBytesAsync(Path.Combine(train, "grey.png"), data.ToArray());
            foreach (var image in example.Dataset.Validation.Where(image => example.Dataset.Classes[image.Label] == name))
                File.Copy(image.Path, Path.Combine(valid, Path.GetFileName(image.Path)));
        }

        var refused = await CliRun.RunAsync(
            "quantize", await example.ModelAsync(), folder.File("images"), "-o", output, "--calibration-images", "1");
        string line = refused.RefusedLine();
        Assert.Contains(" images, the original ", line, StringComparison.Ordinal);
        Assert.Contains("the maximum loss is 1.0%", line, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task What_is_previewed_is_what_the_training_learns_from()
    {
        using var folder = new TemporaryFolder();
        string sheet = folder.File("sheet.png");
        string[] options = ["--views", "3", "--seed", "5", "--flip", "--shift", "0.2", "--erase", "0.5", "--rand-augment", "12"];
        var preview = (await CliRun.RunAsync(
            ["preview", "--backbone", "TinyResNet", example.Images, "--images", "4", "-o", sheet, "--json", .. options])).Json();
        Assert.Equal(
            (sheet, 3, 4),
            (
                preview.GetProperty("output").GetString(),
                preview.GetProperty("views").GetInt32(),
                preview.GetProperty("images").GetArrayLength()));
        var augmentation = new ImageAugmentation
        {
            HorizontalFlip = true,
            WidthShift = 0.2,
            HeightShift = 0.2,
            Erasing = 0.5,
            Rotation = 0,
            ColorJitter = 0,
            Policy = new RandAugment { Magnitude = 12 },
        };
        var train = ImageDataset.FromFolder(example.Images, new ImageFolderOptions { Seed = 5 }).Train;
        await AugmentationPreview.WriteAsync(
            folder.File("same.png"),
            train,
            Backbones.TinyResNet.Preprocessing,
            new AugmentedViews { Augmentation = augmentation },
            new() { Images = 4, Seed = 5 });

        // The tool may have another version of SkiaSharp, which compresses the same pixels to other bytes.
        using var expected = SKBitmap.Decode(folder.File("same.png"));
        using var drawn = SKBitmap.Decode(sheet);
        Assert.Equal(expected.Pixels, drawn.Pixels);

        string model = folder.File("model.onnx");
        (await CliRun.RunAsync(["train", "--backbone", "TinyResNet", example.Images, "-o", model, "--json", .. options])).Json();
        using var classifier = ImageClassifier.Load(model);
        Assert.Equal(new AugmentedViews { Augmentation = augmentation }.Describe(), classifier.Training!.Options["Views"]);
        Assert.Equal(5, classifier.Training.Seed);
    }

    [Fact]
    public async Task Fine_tuning_reports_its_epochs_beside_the_result()
    {
        using var folder = new TemporaryFolder();
        var run = await CliRun.RunAsync(
            "train", "--backbone", "TinyResNet", example.Images, "-o", folder.File("model.onnx"), "--scenario", "fine-tuning",
            "--unfreeze-from", "final.conv",
            "--epochs", "2", "--json");
        Assert.Equal(0, run.ExitCode);
        var train = run.ParsedOutput();
        Assert.Equal("fine-tuning", train.GetProperty("scenario").GetString());
        Assert.Equal(2, train.GetProperty("history").GetArrayLength());
        Assert.InRange(train.GetProperty("peakMemoryBytes").GetInt64(), 20L << 20, 2L << 30);
        Assert.Matches(@"^Epoch 1: \d+\.\ds - loss: \d+\.\d+ - accuracy: .*\nEpoch 2: .*\n$", run.Errors);
        Assert.Equal("model.onnx", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));
    }

    [Fact]
    public async Task Training_from_scratch_reports_its_epochs_beside_the_result()
    {
        using var folder = new TemporaryFolder();
        var run = await CliRun.RunAsync(
            "train", "--backbone", "TinyResNet", example.Images, "-o", folder.File("model.onnx"), "--scenario", "from-scratch", "--epochs",
                "1", "--json");
        Assert.Equal(0, run.ExitCode);
        var train = run.ParsedOutput();
        Assert.Equal(("from-scratch", 1), (train.GetProperty("scenario").GetString(), train.GetProperty("history").GetArrayLength()));
        Assert.Matches(@"^Epoch 1: \d+\.\ds - loss: .*\n$", run.Errors);
        Assert.Equal("model.onnx", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));
    }

    [Fact]
    public async Task Images_and_folders_are_predicted_with_the_paths_as_they_were_given()
    {
        using var folder = new TemporaryFolder();
        string image = folder.File("mein Bild 🐱 (1) שלום.jpg");
        File.Copy(example.Dataset.Test[0].Path, image);
        string circles = Path.Combine(example.Images, "circle");
        var run = await CliRun.RunAsync("predict", await example.ModelAsync(), image, circles, "--top", "2", "--json");
        var list = run.Json().GetProperty("predictions");
        Assert.Equal(25, list.GetArrayLength());
        Assert.Equal(
            Directory.GetFiles(circles).Order(StringComparer.Ordinal).Prepend(image),
            list.EnumerateArray().Select(item => item.GetProperty("path").GetString()));
        var first = list[0];
        var expected = (await example.ClassifierAsync()).Predict(image);
        Assert.Equal(expected.Label, first.GetProperty("label").GetString());
        Assert.Equal(expected.Probability, first.GetProperty("probability").GetSingle(), 1e-5f);
        Assert.Equal(2, first.GetProperty("top").GetArrayLength());
        Assert.Equal(expected.Top(2)[1].Label, first.GetProperty("top")[1].GetProperty("label").GetString());
        Assert.False(first.TryGetProperty("synset", out _));
        Assert.False(first.TryGetProperty("error", out _));

        var text = await CliRun.RunAsync("predict", await example.ModelAsync(), image, "--top", "2");
        Assert.StartsWith($"{image}: circle ", text.Output, StringComparison.Ordinal);
        Assert.Equal(1, text.Output.AsSpan().Count('\n'));
    }

    [Fact]
    public async Task One_bad_image_costs_the_others_nothing_but_the_call_its_success()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("text.jpg"), "no image");
        string good = example.Dataset.Test[0].Path;
        var run = await CliRun.RunAsync("predict", await example.ModelAsync(), good, folder.File("text.jpg"), "--json");
        Assert.Equal(2, run.ExitCode);
        var list = run.ParsedOutput().GetProperty("predictions");
        Assert.Equal("circle", list[0].GetProperty("label").GetString());
        Assert.Contains("a text", list[1].GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.Equal($"error: {list[1].GetProperty("error").GetString()}\n", run.Errors);
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        var help = await CliRun.RunAsync("train", "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        foreach (string option in new[] { "--backbone", "--scenario", "--seed", "--output", "--json", "--preprocessing" })
            Assert.Contains(option, help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_in_the_home_and_temporary_folders()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = Directory.CreateDirectory(folder.File("home")).FullName,
            ["TMPDIR"] = Directory.CreateDirectory(folder.File("temp")).FullName,
            ["XDG_CACHE_HOME"] = null,
            ["ORT_DISABLE_TELEMETRY"] = null,
        };
        Assert.Equal(0, (await CliRun.RunAsync(environment, "predict", "TinyResNet", example.Dataset.Test[0].Path)).ExitCode);
        Assert.Equal(
            ["home", "temp"],
            Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(
                StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_language_of_the_machine_changes_no_letter()
    {
        string[][] commands =
        [
            ["evaluate", await example.ModelAsync(), example.Images],
            ["summary", await example.ModelAsync()],
            ["train", "--backbone", "TinyResNet", example.Images, "--seed", "1.5"],
        ];
        foreach (string[] command in commands)
        {
            var plain = await CliRun.RunAsync(Language("C.UTF-8"), command);
            foreach (string language in new[] { "tr_TR.UTF-8", "de_DE.UTF-8" })
                Assert.Equal(plain, await CliRun.RunAsync(Language(language), command));
        }
    }

    [Fact]
    public async Task Json_is_utf8_whatever_the_encoding_of_the_terminal()
    {
        string star = example.Dataset.Test[^1].Path;
        var json = (await CliRun.RunAsync(Language("tr_TR.ISO-8859-9"), "predict", await example.ModelAsync(), star, "--json")).Json()
            .GetProperty("predictions");
        Assert.Equal(("yıldız İ ★", star), (json[0].GetProperty("label").GetString(), json[0].GetProperty("path").GetString()));
    }

    private static Dictionary<string, string?> Language(string language) => new()
    {
        ["LANG"] = language,
        ["LC_ALL"] = language,
        ["LANGUAGE"] = language[..2].ToString(CultureInfo.InvariantCulture),
    };
}
