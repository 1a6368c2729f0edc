using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>advise FOLDER</c>: recommends a scenario for a folder of images and a backbone, with the reason.</summary>
internal static class AdviseCommand
{
    public static Command Create()
    {
        var images = new DatasetOptions();
        var backbone = SharedOptions.BackboneName(BackboneChoice.Description);
        var preprocessing = SharedOptions.Preprocessing();
        var resize = SharedOptions.Resize();
        var seed = NumberOption.Whole(
            "--seed", "The seed of the sample of images that is measured; the same seed gives the same advice.", otherwise: 0);
        var skip = SharedOptions.SkipUndecodable();
        var json = SharedOptions.Json();
        var command = new Command("advise", "Recommend a scenario for a folder of images: feature extraction or fine-tuning.")
        {
            backbone, preprocessing, resize, seed, skip, json,
        };
        images.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int seedValue = parsed.GetValue(seed);
            var dataset = await images.ReadAsync(
                parsed, new ImageFolderOptions { Seed = seedValue, FindReencoded = true }, parsed.GetValue(json), cancellationToken)
                .ConfigureAwait(false);
            var options = new TransferAdvisorOptions
            {
                Seed = seedValue,
                Undecodable = parsed.Undecodable(skip),
            };
            string text = parsed.GetRequiredValue(backbone);
            var choice = await BackboneChoice.ReadAsync(
                text, parsed.GetValue(preprocessing), parsed.GetValue(resize), dataset, options, cancellationToken).ConfigureAwait(false);
            var network = choice.Backbone;
            if (!parsed.GetValue(json))
                choice.Print();
            var advice = await DamagedImages.ListAllAsync(dataset, () => ProgressDisplay.RunAsync(
                progress => TransferAdvisor.AdviseAsync(dataset, network, options, progress, cancellationToken)), cancellationToken)
                .ConfigureAwait(false);
            var resizes = parsed.GetValue(resize) is null
                ? await ProgressDisplay.RunAsync(
                    progress => TransferAdvisor.RankResizesAsync(dataset, network, options, progress, cancellationToken))
                    .ConfigureAwait(false)
                : null;
            var shape = ResizeAdvice.Of(resizes, network.Preprocessing.Resize);
            if (parsed.GetValue(json))
            {
                PrintJson(advice, choice, dataset, shape);
                return ExitCode.Success;
            }

            string train = RemedyText.Command(
                parsed, ["train", images.Folder(parsed), "--backbone", choice.Ranking is null ? text : network.Name], backbone);
            PrintTable(advice, shape, Next(advice, train, shape));
            ProblemList.Warn(ProblemList.Of(dataset, []));
            return ExitCode.Success;
        });
        return command;
    }

    private static void PrintJson(
        TransferAdvice advice, BackboneChoice choice, ImageDataset dataset, ResizeAdvice? shape) => JsonOutput.Print(
        new JsonOutput.Advise(
        ScenarioOptions.NameOf(advice.Scenario),
        advice.Freeze,
        advice.Similarity,
        advice.Reason,
        choice.Backbone.Name,
        advice.ExpectedAccuracy,
        Interval(advice.ExpectedAccuracyInterval),
        Interval(advice.SimilarityInterval),
        advice.IsSimilar,
        advice.IsLarge,
        advice.ImagesPerClass,
        advice.MeasuredImages,
        [
            .. advice.Depths.Select(depth => new JsonOutput.AdviseDepth(
                depth.Depth, depth.Tensor, depth.Features, depth.Accuracy, depth.LogLoss)),
        ],
        JsonOutput.DatasetLayout.Of(dataset.Layout),
        choice.ToJson(),
        shape?.ToJson(),
        ProblemList.Of(dataset, [])));

    private static void PrintTable(TransferAdvice advice, ResizeAdvice? shape, string next)
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

        LayoutLines.Flush();
        TableOutput.Write(table);
        Console.Out.WriteLine($"scenario    {ScenarioOptions.NameOf(advice.Scenario)}");
        Console.Out.WriteLine($"freeze      {Number(advice.Freeze, "0%")} of the layers with weights");
        var interval = advice.SimilarityInterval;
        Console.Out.WriteLine(
            $"similarity  {Number(advice.Similarity, "F2")} ({Number(interval.Lower, "F2")} to {Number(interval.Upper, "F2")})");
        if (shape is not null)
            Console.Out.WriteLine($"resize      {shape.Sentence}");
        Console.Out.WriteLine($"measured    {Number(advice.MeasuredImages, "N0")} training images, cross-validated");
        Console.Out.WriteLine();
        Console.Out.WriteLine(advice.Reason);
        Console.Out.WriteLine();
        Console.Out.WriteLine(next);
    }

    /// <summary>The next command to run.</summary>
    private static string Next(TransferAdvice advice, string command, ResizeAdvice? shape)
    {
        string train = $"Next: {command}" +
            (shape is { IsBetter: true } ? $" --resize {shape.BestName}" : "");
        return advice.Scenario == TransferScenario.FineTuning
            ? $"{train} --scenario {ScenarioOptions.NameOf(advice.Scenario)} --freeze {Number(advice.Freeze, "0.###")}"
            : train;
    }

    private static IReadOnlyList<double> Interval(ProportionInterval interval) => [interval.Lower, interval.Upper];

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
