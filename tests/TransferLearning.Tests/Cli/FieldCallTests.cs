using System.Globalization;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>Further calls that people make (docs/field.md), each another than those of <see cref="FieldCommandTests"/>.</summary>
public sealed class FieldCallTests(DrawnExample example)
{
    private static readonly string[] Quick = ["--scenario", "feature-extraction", "--backbone", "TinyResNet"];

    [Theory]
    [InlineData("--csv", "list.tsv")]
    [InlineData("--labels-from", "name", "^[a-z]+")]
    public async Task Split_training_test_and_report_in_one_go(params string[] labels)
    {
        using var folder = new TemporaryFolder();
        var rows = new List<string> { "file\tkind" };
        for (int i = 0; i < 24; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? "circle" : "square")}{i}.jpg");
            Directory.CreateDirectory(folder.File("in"));
            await File.WriteAllBytesAsync(folder.File($"in/{name}"), DrawnImages.Encode(i % 2, i));
            rows.Add($"{name}\t{(i % 2 == 0 ? "circle" : "square")}");
        }

        await File.WriteAllLinesAsync(folder.File("in/list.tsv"), rows);
        var run = await CliRun.RunAsync(
            ["train", folder.File("in"), "-o", folder.File("m.onnx"), "--test", "0.25", "--report", folder.File("r.html"), .. Quick,
            .. labels]);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("validation and test are taken from all images.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"Test accuracy \d+\.\d% on 6 images that played no part in training", run.Output);
        string report = await File.ReadAllTextAsync(folder.File("r.html"));
        Assert.Contains("6 images", report, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--test and the images for validation together are 1.1", "--test", "0.9", "-o", "m.onnx")]
    [InlineData("--test takes a number from 0 to 1, not '1.5'", "--test", "1.5", "-o", "m.onnx")]
    [InlineData("is a folder; give the name of a file with -o", "-o", "")]
    [InlineData("of the output file does not exist; create it, or choose another with -o", "-o", "no/m.onnx")]
    [InlineData("of the output file does not exist; create it, or choose another with --report", "-o", "m.onnx", "--report", "no/r.html")]
    public async Task Outputs_and_shares_that_cannot_be_are_refused_before_any_work(string said, params string[] options)
    {
        using var folder = new TemporaryFolder();
        string[] given = [.. options.Select((word, i) => i > 0 && options[i - 1] is "-o" or "--report" ? folder.File(word) : word)];
        string line = (await CliRun.RunAsync(["train", example.Images, .. Quick, .. given])).RefusedLine();
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task The_check_of_linked_images_and_of_a_rare_class_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("pool"));
        for (int i = 0; i < 40; i++)
        {
            string kind = i < 34 ? "common" : "rare";
            Directory.CreateDirectory(folder.File($"data/{kind}"));
            string name = string.Create(CultureInfo.InvariantCulture, $"{i:000}.jpg");
            await File.WriteAllBytesAsync(folder.File($"pool/{name}"), DrawnImages.Encode(i < 34 ? 0 : 1, i));
            File.CreateSymbolicLink(folder.File($"data/{kind}/{name}"), $"../../pool/{name}");
        }

        for (int i = 0; i < 30; i++)
            File.Copy(folder.File("pool/000.jpg"), folder.File(string.Create(CultureInfo.InvariantCulture, $"data/common/c{i}.jpg")));
        var check = await CliRun.RunAsync("check", folder.File("data"));
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("\n  40 × the same, first: '", check.Output, StringComparison.Ordinal);
        Assert.Contains("> Use --follow-links to follow links to other places", check.Output, StringComparison.Ordinal);
        check = await CliRun.RunAsync("check", folder.File("data"), "--follow-links");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("'common' has 64 training images, 'rare' has 6.", check.Output, StringComparison.Ordinal);
        Assert.Contains("or train with --class-weights balanced", check.Output, StringComparison.Ordinal);
    }
}
