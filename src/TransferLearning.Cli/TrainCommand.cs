using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>train FOLDER</c>: trains a classifier on a folder of images and writes it as one ONNX file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var folder = SharedOptions.Dataset();
        var backbone = SharedOptions.BackboneName(BackboneChoice.Description);
        var preprocessing = SharedOptions.Preprocessing();
        var scenario = new ScenarioOptions();
        var seed = NumberOption.Whole("--seed", "The seed of all random numbers; the same seed gives the same model.", otherwise: 0);
        var output = SharedOptions.Output("The file to write.", "model.onnx");
        var cache = SharedOptions.FeatureCacheFolder();
        var skip = SharedOptions.SkipUndecodable();
        var uncalibrated = new Option<bool>("--no-calibration")
        {
            Description = "Do not calibrate the probabilities by a temperature fitted on the validation images.",
        };
        var json = SharedOptions.Json();
        var command = new Command("train", "Train a classifier on a folder of images.")
        {
            folder, backbone, preprocessing, seed, output, cache, skip, uncalibrated, json,
        };
        scenario.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.RequireWritable(file, "-o");
            var dataset = ImageDataset.FromFolder(
                parsed.GetRequiredValue(folder), new ImageFolderOptions { Seed = parsed.GetValue(seed) }, cancellationToken);
            var choice = await BackboneChoice.ReadAsync(
                parsed.GetRequiredValue(backbone),
                parsed.GetValue(preprocessing),
                dataset,
                new TransferAdvisorOptions { Seed = parsed.GetValue(seed), Undecodable = parsed.Undecodable(skip) },
                cancellationToken).ConfigureAwait(false);
            if (!parsed.GetValue(json))
                choice.Print();
            var learner = TransferLearner.From(choice.Backbone);
            if (parsed.GetValue(uncalibrated))
                learner = learner.WithoutCalibration();
            if (SharedOptions.OpenFeatureCache(parsed.GetValue(cache)) is { } features)
                learner = learner.WithFeatureCache(features);
            var fit = scenario.Read(parsed, learner, file, parsed.GetValue(seed), parsed.Undecodable(skip));
            using var classifier = await FitAsync(file, progress => fit(dataset, progress, cancellationToken)).ConfigureAwait(false);
            classifier.Save(file);
            ScenarioOptions.RemoveCheckpoint(file);
            var problems = ProblemList.Of(dataset, classifier.Training!.SkippedImages);
            Report(classifier, problems, file, choice, parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<ImageClassifier> FitAsync(string output, Func<IProgress<TransferProgress>?, Task<ImageClassifier>> fit)
    {
        try
        {
            return await ProgressDisplay.RunAsync(fit).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (ScenarioOptions.HasCheckpoint(output))
        {
            throw new ResumableTraining(error);
        }
    }

    private static void Report(
        ImageClassifier classifier, IReadOnlyList<JsonOutput.Problem> problems, string output, BackboneChoice choice, bool json)
    {
        var training = classifier.Training!;
        if (json)
        {
            JsonOutput.Print(new JsonOutput.Train(
                output,
                ScenarioOptions.NameOf(training.Scenario),
                training.Backbone,
                training.TrainingAccuracy,
                training.ValidationAccuracy,
                training.Seconds,
                PeakMemory.Bytes,
                new JsonOutput.TrainImages(training.TrainingImages, training.ValidationImages),
                classifier.Labels,
                training.History,
                problems,
                training.Advice,
                choice.ToJson()));
            return;
        }

        ProblemList.Warn(problems);
        string held = Words.Count(training.ValidationImages, "image");
        string validation = training.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {100 * accuracy:F1}% on {held}")
            : string.Empty;
        string images = $"{Words.Count(training.TrainingImages, "training image")} of {classifier.Labels.Count} classes";
        string resources = string.Create(
            CultureInfo.InvariantCulture, $"{training.Seconds:F1} s, peak memory {PeakMemory.Bytes / 1e6:F0} MB");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{images}, training accuracy {100 * training.TrainingAccuracy:F1}%{validation}, {resources}"));
        if (training.Advice is { } advice)
            Console.Out.WriteLine($"Scenario: {ScenarioOptions.NameOf(training.Scenario)}. {advice}");
        Console.Out.WriteLine(BackboneLine.For(training.Backbone));
        Console.Out.WriteLine($"Head: {training.Head}");
        Console.Out.WriteLine($"Saved {output}");
    }
}
