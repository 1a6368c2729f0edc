using System.Globalization;
using System.Text.Json;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The folders and calls that people have (docs/field.md), through the tool.</summary>
public sealed class FieldCommandTests(DrawnExample example)
{
    [Fact]
    public async Task Training_and_the_check_say_the_same_about_split_folders_of_other_names()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.File("shapes/training_set"), perClass: 6, seed: 1);
        DrawnImages.Draw(folder.File("shapes/test_set"), perClass: 2, seed: 2);
        Directory.CreateDirectory(folder.File("shapes/New folder"));
        string[] lines =
        [
            "Splits: 'training_set' is train, 'test_set' is test; validation is taken from train.",
            "Classes: 3 ('circle', 'square', 'yıldız İ ★').",
            "Left out: 'New folder' (it has no images).",
        ];
        var train = await CliRun.RunAsync("train", folder.File("shapes"), "-o", folder.File("m.onnx"), "--scenario", "feature-extraction",
            "--report", folder.File("r.html"));
        Assert.Equal((0, ""), (train.ExitCode, train.Errors));
        Assert.StartsWith(string.Join('\n', lines) + "\n", train.Output, StringComparison.Ordinal);
        Assert.Matches(@"Test accuracy \d+\.\d% on 6 images that played no part in training", train.Output);
        Assert.True(File.Exists(folder.File("r.html")));
        var check = await CliRun.RunAsync("check", folder.File("shapes"), "--json");
        var layout = check.ParsedOutput().GetProperty("layout");
        Assert.Equal(lines, layout.GetProperty("lines").Deserialize<string[]>()!);
        Assert.Equal("training_set", layout.GetProperty("splits")[0].GetProperty("folder").GetString());
        Assert.Equal(folder.File("shapes/New folder"), layout.GetProperty("leftOut")[0].GetProperty("path").GetString());

        // A second training would replace the model.
        string refused = (await CliRun.RunAsync("train", folder.File("shapes"), "-o", folder.File("m.onnx"))).RefusedLine();
        Assert.Contains("replace it with --overwrite", refused, StringComparison.Ordinal);
        var again = (await CliRun.RunAsync(
            "train", folder.File("shapes"), "-o", folder.File("m.onnx"), "--overwrite", "--scenario", "feature-extraction", "--resize",
            "pad", "--class-weights", "balanced",
                "--json"))
            .Json();
        Assert.Equal(lines, again.GetProperty("layout").GetProperty("lines").Deserialize<string[]>()!);
        Assert.Equal(6, again.GetProperty("test").GetProperty("images").GetInt32());
        using var classifier = ImageClassifier.Load(folder.File("m.onnx"));
        Assert.Equal(ImageResizeMode.Pad, classifier.Preprocessing.Resize);
        Assert.Contains("Equal", classifier.Training!.Options["Head"], StringComparison.Ordinal);
        string summary = (await CliRun.RunAsync("summary", folder.File("m.onnx"))).Output;
        Assert.StartsWith(
            "Trained by feature-extraction on 15 images: the head; all layers of the backbone", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flat_folder_gets_the_command_that_reads_it_and_damaged_images_are_all_listed_at_once()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 6; i++)
        {
            await File.WriteAllBytesAsync(folder.File($"circle.{i}.jpg"), DrawnImages.Encode(0, i));
            await File.WriteAllBytesAsync(folder.File($"square.{i}.jpg"), DrawnImages.Encode(1, i));
        }

        string model = folder.File("out.onnx");
        string line = (await CliRun.RunAsync("train", folder.Path, "-o", model)).RefusedLine();
        string command = $"transfer-learning train {folder.Path} -o {model} --labels-from name \"^[^.]+\"";
        Assert.Contains($"Run: {command}.", line, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(folder.File("circle.7.jpg"), DrawnImages.Encode(0, 7)[..^600]);
        await File.WriteAllBytesAsync(folder.File("square.8.jpg"), DrawnImages.Encode(1, 8)[..^600]);
        using (var image = SKBitmap.Decode(DrawnImages.Encode(0, 9)))
        {
            foreach (
                var (name, format) in new[] { ("circle.9.png", SKEncodedImageFormat.Png), ("square.9.webp", SKEncodedImageFormat.Webp) })
            {
                using var data = image.Encode(format, 90);
                await File.WriteAllBytesAsync(folder.File(name), data.ToArray()[..^(int)(data.Size / 3)]);
            }
        }

        string[] labelled = ["train", folder.Path, "-o", model, "--scenario", "feature-extraction", "--labels-from", "name", "^[^.]+"];
        line = (await CliRun.RunAsync(labelled)).RefusedLine();
        string[] damaged = ["circle.7.jpg", "square.8.jpg", "circle.9.png", "square.9.webp"];
        foreach (string said in (string[])["4 images cannot be used", "cut off", "--skip-undecodable", .. damaged])
            Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.DoesNotContain("Options.", line, StringComparison.Ordinal);
        var run = await CliRun.RunAsync([.. labelled, "--skip-undecodable", "--json"]);
        Assert.Equal(["circle", "square"], run.ParsedOutput().GetProperty("labels").Deserialize<string[]>()!);

        var table = await CliRun.RunAsync("train", folder.Path, "--labels-from", "nosuch", "x", "-o", model);
        Assert.Contains("--labels-from takes 'name PATTERN'", table.RefusedLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predictions_go_on_without_what_is_missing_and_become_a_table()
    {
        using var folder = new TemporaryFolder();
        string[] files = ["a.jpg", "@b.jpg", "c,\"d\".jpg"];
        foreach (var (i, name) in files.Index())
            await File.WriteAllBytesAsync(folder.File(name), DrawnImages.Encode(0, i));
        string model = await example.ModelAsync();
        var run = await CliRun.RunAsync(
            "predict", model, folder.File("a.jpg"), folder.File("missing.jpg"), folder.File("*.jpg"), "https://example.org/x.jpg", "--top",
            "2",
            "--csv");
        Assert.Equal(2, run.ExitCode);
        string[] rows = run.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("path,label,probability,label2,probability2,error", rows[0]);
        Assert.Equal(7, rows.Length);
        Assert.StartsWith($"{folder.File("a.jpg")},circle,0.", rows[1], StringComparison.Ordinal);
        Assert.Equal($"{folder.File("missing.jpg")},,,,,'{folder.File("missing.jpg")}' is neither a file nor a folder.", rows[2]);
        Assert.StartsWith($"{folder.File("@b.jpg")},", rows[3], StringComparison.Ordinal);
        Assert.StartsWith($"\"{folder.File("c,\"\"d\"\".jpg")}\",", rows[5], StringComparison.Ordinal);
        Assert.StartsWith("https://example.org/x.jpg,,,,,", rows[6], StringComparison.Ordinal);
        string[] errors = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"error: '{folder.File("missing.jpg")}' is neither a file nor a folder.", errors[0]);
        Assert.Contains("is an address, not a file; download", errors[1], StringComparison.Ordinal);

        // Scripts get every argument in its place, with the reason where there is no prediction.
        Directory.CreateDirectory(folder.File("deep/er"));
        await File.WriteAllBytesAsync(folder.File("deep/er/cut.jpg"), DrawnImages.Encode(0, 1)[..^600]);
        File.Copy(folder.File("a.jpg"), folder.File("deep/a b.jpg"));
        var json = await CliRun.RunAsync(
            "predict", model, folder.File("none"), folder.File("**/*.jpg"), new Uri(folder.File("deep/a b.jpg")).AbsoluteUri, "--json");
        Assert.Equal((2, 2), (json.ExitCode, json.Errors.AsSpan().Count("error: ")));
        var predictions = json.ParsedOutput().GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(
            ["none", .. files.Order(StringComparer.Ordinal), "deep/a b.jpg", "deep/er/cut.jpg", "deep/a b.jpg"],
            predictions.Select(item => Path.GetRelativePath(folder.Path, item.GetProperty("path").GetString()!)));
        Assert.Equal([0, 5], predictions.Index().Where(item => item.Item.TryGetProperty("error", out _)).Select(item => item.Index));
        Assert.DoesNotContain("Options.", json.Output, StringComparison.Ordinal);
        json = await CliRun.RunAsync("predict", model, folder.File("none"), "--json");
        Assert.Equal(2, json.ExitCode);
        Assert.Contains(
            "is neither a file nor a folder",
            Assert.Single(json.ParsedOutput().GetProperty("predictions").EnumerateArray()).GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "No image matches", (await CliRun.RunAsync("predict", model, folder.File("*.bmp"))).RefusedLine(), StringComparison.Ordinal);
        string swapped = (await CliRun.RunAsync("evaluate", example.Images, model)).RefusedLine();
        Assert.Contains("The model comes before the images", swapped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluation_says_what_it_knows_from_training_and_what_classes_it_cannot_measure()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 10, seed: 77);
        foreach (var (i, image) in example.Dataset.Train.Take(20).Index())
        {
            string name = example.Dataset.Classes[image.Label];
            string extension = i % 3 == 0 ? "jpeg" : i % 3 == 1 ? "png" : "jpg";
            File.Copy(image.Path, folder.File($"{name}/planted{i.ToString(CultureInfo.InvariantCulture)}.{extension}"));
        }

        // Names of another file system: another case, a space at the end.
        Directory.Move(folder.File("circle"), folder.File("Circle "));

        Directory.Delete(folder.File("square"), recursive: true);
        Directory.CreateDirectory(folder.File("unknown"));
        await File.WriteAllBytesAsync(folder.File("unknown/1.jpg"), DrawnImages.Encode(1, 5));
        int planted = example.Dataset.Train.Take(20).Count(image => example.Dataset.Classes[image.Label] != "square");
        var run = await CliRun.RunAsync("evaluate", await example.ModelAsync(), folder.Path, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var overlap = run.ParsedOutput().GetProperty("trainingOverlap");
        Assert.Equal((planted, 0, 20), (Get("trained"), Get("tuned"), Get("unseen")));
        Assert.InRange(overlap.GetProperty("unseenAccuracy").GetDouble(), 0.5, 1);
        string notice = run.ParsedOutput().GetProperty("notice").GetString()!;
        Assert.Contains("does not have 'unknown'; 1 image left out", notice, StringComparison.Ordinal);
        Assert.Contains("no images of 'square'", notice, StringComparison.Ordinal);

        var own = await CliRun.RunAsync("evaluate", await example.ModelAsync(), example.Images);
        Assert.Contains("Note: 36 of 72 images were trained on and 18 used for validation; accuracy on the other 18:", own.Output,
            StringComparison.Ordinal);

        int Get(string name) => overlap.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("C", "yıldız İ ★", 3)]
    [InlineData("de_DE.ISO-8859-1", "Äpfel & Birnen", 2)]
    [InlineData("ja_JP.SJIS", "りんご 🍎", 4)]
    public async Task A_class_of_few_images_gets_a_warning_and_names_survive_a_terminal_without_unicode(string locale, string name, int few)
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.File("train"), perClass: 8, seed: 6);
        DrawnImages.Draw(folder.File("valid"), perClass: 3, seed: 7);
        foreach (string part in (string[])["train", "valid"])
        {
            if (name != DrawnImages.Classes[2])
                Directory.Move(folder.File($"{part}/{DrawnImages.Classes[2]}"), folder.File($"{part}/{name}"));
        }

        foreach (string file in Directory.GetFiles(folder.File("train/" + name)).Order(StringComparer.Ordinal).Skip(few))
            File.Delete(file);
        var terminal = new Dictionary<string, string?> { ["LC_ALL"] = locale, ["LANG"] = locale };
        var run = await CliRun.RunAsync(
            terminal, "train", folder.Path, "-o", folder.File("model.onnx"), "--scenario", "feature-extraction", "--backbone",
            "TinyResNet");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"'{name}'", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"warning: There are fewer than 5 training images of '{name}' ({few}): the figures say little; add images.", run.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("'circle' (", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_and_the_check_name_an_image_that_is_in_two_classes_encoded_differently()
    {
        string source = TestData.Require("datasets/dogs_vs_cats/train");
        using var folder = new TemporaryFolder();
        foreach (string label in (string[])["cat", "dog"])
        {
            Directory.CreateDirectory(folder.File($"pets/{label}"));
            foreach (var (i, path) in Directory.GetFiles(Path.Combine(source, label)).Order(StringComparer.Ordinal).Take(8).Index())
                File.Copy(path, folder.File($"pets/{label}/{i}.jpg"));
        }

        using (var image = SKBitmap.Decode(folder.File("pets/cat/3.jpg")))
        using (var data = image.Encode(SKEncodedImageFormat.Png, 100))
            await File.WriteAllBytesAsync(folder.File("pets/dog/again.png"), data.ToArray());

        var train = await CliRun.RunAsync(
            "train", folder.File("pets"), "-o", folder.File("m.onnx"), "--scenario", "feature-extraction", "--backbone", "TinyResNet");
        Assert.Equal(0, train.ExitCode);
        Assert.Matches("'.*again.png'.* the same image, encoded differently, .*'.*3.jpg'.* 'cat'", train.Errors);
        var check = await CliRun.RunAsync("check", folder.File("pets"));
        Assert.Equal(1, check.ExitCode);
        Assert.Matches("the same image, encoded differently, but different labels: 'cat', 'dog'", check.Output);
    }
}
