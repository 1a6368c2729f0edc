using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>A classifier from the parts of <c>features</c>.</summary>
public sealed class FeatureTrainingTests(FeaturePartsExample example) : IClassFixture<FeaturePartsExample>
{
    [Theory]
    [InlineData("linear")]
    [InlineData("mlp")]
    public async Task A_classifier_of_features_predicts_images_as_it_was_fitted(string head)
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("model.onnx");
        var run = await CliRun.RunAsync(
            "train", "--features", Path.Combine(example.Parts, "*.parquet"), "--images", example.Images, "--backbone",
            Backbones.TinyResNet.Name,
            "--validation", "1/4",
            "--head", head, "-o", model, "--json");

        Assert.Equal(0, run.ExitCode);
        var report = run.ParsedOutput();
        Assert.Equal(
            DrawnImages.Classes.Order(StringComparer.Ordinal), report.GetProperty("labels").EnumerateArray().Select(x => x.GetString()));
        var rows = (await PartRow.ReadFolderAsync(example.Parts)).Where(row => row.Features is not null).ToArray();
        var held = rows.Where(row => IsInShard(row.Path, 1, 4)).ToArray();
        Assert.Equal(held.Length, report.GetProperty("images").GetProperty("validation").GetInt32());
        Assert.Equal(rows.Length - held.Length, report.GetProperty("images").GetProperty("train").GetInt32());
        Assert.Equal(Math.Min(20, rows.Length), report.GetProperty("checked").GetInt32());

        // The figure was measured on features; the saved file says the same of the images.
        using var classifier = ImageClassifier.Load(model);
        var predictions = await classifier.PredictAsync([.. held.Select(row => Path.Combine(example.Images, row.Path))]);
        double accuracy = held.Zip(predictions)
            .Count(pair => pair.First.Path.Split('/')[^2] == pair.Second.Prediction!.Label) / (double)held.Length;
        Assert.Equal(report.GetProperty("validationAccuracy").GetDouble(), accuracy, 1e-9);
    }

    [Fact]
    public async Task Labels_come_from_a_table_and_rows_without_one_are_left_out()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. (await PartRow.ReadFolderAsync(example.Parts)).Where(row => row.Features is not null).Select(row => row.Path)];
        string table = folder.File("labels.csv");
        File.WriteAllLines(table, ["label;path", .. paths.Skip(2).Select((path, i) => $"{(i % 2 == 0 ? "even" : "odd")};{path}")]);
        string model = folder.File("model.onnx");
        var run = await CliRun.RunAsync(
            "train", "--features", example.Parts, "--backbone", Backbones.TinyResNet.Name, "--labels", table, "--validation", "none", "-o",
                model);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2 images of the parts have no label", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"{paths.Length - 2} training images of 2 classes", run.Output, StringComparison.Ordinal);
        using var classifier = ImageClassifier.Load(model);
        Assert.Equal(["even", "odd"], classifier.Labels);
    }

    [Fact]
    public async Task What_cannot_be_trained_on_is_refused()
    {
        using var folder = new TemporaryFolder();
        string table = folder.File("labels.csv");
        File.WriteAllText(table, "file,class\na,b\n");
        Assert.Contains("'path' and 'label'", await RefusedAsync("--labels", table), StringComparison.Ordinal);
        Assert.Contains("no table", await RefusedAsync("--labels", folder.File("none.csv")), StringComparison.Ordinal);
        Assert.Contains("another shard", await RefusedAsync("--validation", "0/1"), StringComparison.Ordinal);
        Assert.Contains("'x'", await RefusedAsync("--validation", "x"), StringComparison.Ordinal);
        Assert.Contains("n up to 100000", await RefusedAsync("--validation", "1/100001"), StringComparison.Ordinal);
        Assert.Contains("preprocessing than TinyResNet", await RefusedAsync("--resize", "squash"), StringComparison.Ordinal);
        Assert.Contains("'out/*.parquet'", await RefusedAsync(example.Parts + "/b.parquet"), StringComparison.Ordinal);
        Assert.Contains("'out/*.parquet'", await RefusedAsync("b.parquet", "c.parquet"), StringComparison.Ordinal);
        Assert.Contains("needs images", await RefusedAsync("--views", "2"), StringComparison.Ordinal);
        Assert.Contains("not both", await RefusedAsync(example.Images), StringComparison.Ordinal);
        Assert.Contains("is in", await RefusedAsync("--images", folder.Path), StringComparison.Ordinal);
        var alone = await CliRun.RunAsync("train", example.Images, "--labels", table);
        Assert.Contains("--labels needs --features", alone.RefusedLine(), StringComparison.Ordinal);

        async Task<string> RefusedAsync(params string[] options)
        {
            string[] given = ["train", "--features", example.Parts, "--backbone", Backbones.TinyResNet.Name, "-o", folder.File("m.onnx")];
            return (await CliRun.RunAsync([.. given, .. options])).RefusedLine();
        }
    }

    [Fact]
    public async Task Labels_that_do_not_suit_the_parts_are_refused_and_few_images_are_a_warning()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. (await PartRow.ReadFolderAsync(example.Parts)).Where(row => row.Features is not null).Select(row => row.Path)];
        string table = folder.File("labels.csv");
        Assert.Contains(paths[0], (await TrainAsync(["a.jpg,a", "b.jpg,b"])).RefusedLine(), StringComparison.Ordinal);
        string[] same = [.. paths.Select(path => $"{path},a"), "b.jpg,b"];
        Assert.Contains("class 'a'", (await TrainAsync(same)).RefusedLine(), StringComparison.Ordinal);
        string[] ambiguous = [.. paths.Select((path, i) => $"{path},{(i % 2 == 0 ? "a" : "A")}")];
        Assert.Contains("differ only in case", (await TrainAsync(ambiguous)).RefusedLine(), StringComparison.Ordinal);

        var few = await TrainAsync([.. paths.Take(9).Select((path, i) => $"{path},{(i < 7 ? "many" : "few")}")]);
        Assert.Equal(0, few.ExitCode);
        Assert.Contains("shard 7/100000 of --validation", few.Errors, StringComparison.Ordinal);
        Assert.Contains("fewer than 5 training images of 'few' (2):", few.Errors, StringComparison.Ordinal);

        Task<CliRun> TrainAsync(string[] rows)
        {
            File.WriteAllLines(table, ["path,label", .. rows]);
            return CliRun.RunAsync(
                "train", "--features", example.Parts, "--backbone", Backbones.TinyResNet.Name, "--labels", table, "--validation",
                "7/100000", "-o", folder.File("model.onnx"));
        }
    }

    [Fact]
    public async Task Missing_parts_are_named_and_repeated_or_damaged_ones_are_refused()
    {
        using var folder = new TemporaryFolder();
        string[] parts = [.. Directory.GetFiles(example.Parts, "*.parquet").Order(StringComparer.Ordinal)];
        string output = folder.File("out");
        Directory.CreateDirectory(output);
        string first = Path.Combine(output, Path.GetFileName(parts[0]));
        File.Copy(parts[0], first);
        string[] command = ["similar", (await PartRow.ReadAsync(first))[0].Path, "--features", Path.Combine(output, "*.parquet")];
        var run = await CliRun.RunAsync(command);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"1 part of 2 is missing, such as {Path.GetFileName(parts[1])}", run.Errors, StringComparison.Ordinal);

        string copy = Path.Combine(output, "copy.parquet");
        File.Copy(first, copy);
        Assert.Contains("the same part", (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
        File.Delete(copy);
        string whole = Path.Combine(output, "whole");
        await CliRun.RunAsync("features", example.Images, "--backbone", Backbones.TinyResNet.Name, "-o", whole);
        File.Move(Directory.GetFiles(whole)[0], copy);
        Assert.Contains("the parts of one run", (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
        File.Delete(copy);

        // The end of the file, which the checks read first, is whole.
        byte[] bytes = File.ReadAllBytes(first);
        bytes.AsSpan(4, 400).Fill(0xff);
        File.WriteAllBytes(first, bytes);
        Assert.Contains("is damaged", (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
        bytes[^9] = 0x86;
        File.WriteAllBytes(first, bytes);
        Assert.Contains("not a finished part", (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
        File.WriteAllBytes(first, bytes[..^100]);
        Assert.Contains("not a finished part", (await CliRun.RunAsync(command)).RefusedLine(), StringComparison.Ordinal);
    }

    /// <summary>The rule of the documentation.</summary>
    private static bool IsInShard(string path, ulong index, ulong count)
    {
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path));
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash) % count == index;
    }
}
