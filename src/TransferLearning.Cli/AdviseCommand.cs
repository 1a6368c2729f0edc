using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>advise FOLDER</c>: which scenario suits a folder of images and a backbone, and why.</summary>
internal static class AdviseCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var backbone = SharedOptions.BackboneName();
        var preprocessing = SharedOptions.Preprocessing();
        var seed = NumberOption.Whole("--seed", "Decides which images of a large folder are measured; the same seed gives the same advice.", otherwise: 0);
        var skip = new Option<bool>("--skip-undecodable") { Description = "Leave out images that cannot be decoded instead of stopping." };
        var json = SharedOptions.Json();
        var command = new Command("advise", "Measure which scenario suits a folder of images: feature extraction or fine-tuning.")
        {
            folder, backbone, preprocessing, seed, skip, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int seedValue = parsed.GetValue(seed);
            var dataset = ImageDataset.FromFolder(parsed.GetRequiredValue(folder), new ImageFolderOptions { Seed = seedValue }, cancellationToken);
            var network = SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing));
            var options = new TransferAdvisorOptions
            {
                Seed = seedValue,
                Undecodable = parsed.GetValue(skip) ? UndecodableImages.Skip : UndecodableImages.Throw,
            };
            var advice = await ProgressDisplay.RunAsync(
                progress => TransferAdvisor.AdviseAsync(dataset, network, options, progress, cancellationToken)).ConfigureAwait(false);
            if (parsed.GetValue(json))
                PrintJson(advice, network.Name);
            else
                PrintTable(advice, Next(advice, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(backbone)));
            return ExitCode.Success;
        });
        return command;
    }

    private static void PrintJson(TransferAdvice advice, string backbone) => JsonOutput.Print(new JsonOutput.Advise(
        ScenarioOptions.NameOf(advice.Scenario),
        advice.Freeze,
        advice.Similarity,
        advice.Reason,
        backbone,
        advice.ExpectedAccuracy,
        Interval(advice.ExpectedAccuracyInterval),
        Interval(advice.SimilarityInterval),
        advice.IsSimilar,
        advice.IsLarge,
        advice.ImagesPerClass,
        advice.MeasuredImages,
        [.. advice.Depths.Select(depth => new JsonOutput.AdviseDepth(depth.Depth, depth.Tensor, depth.Features, depth.Accuracy, depth.LogLoss))]));

    private static void PrintTable(TransferAdvice advice, string next)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("layers passed", "tensor", "features", "accuracy %", "log-loss");
        foreach (var depth in advice.Depths)
        {
            table.AddRow(
                Number(depth.Depth, "0%"),
                Markup.Escape(depth.Tensor),
                Number(depth.Features, "N0"),
                Number(100 * depth.Accuracy, "F1"),
                Number(depth.LogLoss, "F3"));
        }

        TableOutput.Write(table);
        Console.Out.WriteLine($"scenario    {ScenarioOptions.NameOf(advice.Scenario)}");
        Console.Out.WriteLine($"freeze      {Number(advice.Freeze, "0%")} of the layers with weights");
        Console.Out.WriteLine($"similarity  {Number(advice.Similarity, "F2")} ({Number(advice.SimilarityInterval.Lower, "F2")} to {Number(advice.SimilarityInterval.Upper, "F2")})");
        Console.Out.WriteLine($"measured    {Number(advice.MeasuredImages, "N0")} training images, cross-validated");
        Console.Out.WriteLine();
        Console.Out.WriteLine(advice.Reason);
        Console.Out.WriteLine();
        Console.Out.WriteLine(next);
    }

    /// <summary>The command that follows the advice.</summary>
    private static string Next(TransferAdvice advice, string folder, string backbone) => advice.Scenario == TransferScenario.FineTuning
        ? $"Next: transfer-learning train {Word(folder)} --backbone {Word(backbone)} --scenario fine-tuning --freeze {Number(advice.Freeze, "0.###")}"
        : $"Next: transfer-learning train {Word(folder)} --backbone {Word(backbone)}";

    /// <summary>What a shell reads as one word.</summary>
    private static string Word(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static IReadOnlyList<double> Interval(ProportionInterval interval) => [interval.Lower, interval.Upper];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
