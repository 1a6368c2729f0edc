using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>train FOLDER</c>: trains a classifier on a folder of images and writes it as one ONNX file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var folder = SharedOptions.Dataset();
        var backbone = SharedOptions.BackboneName();
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
            var learner = TransferLearner.From(
                SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing)));
            if (parsed.GetValue(uncalibrated))
                learner = learner.WithoutCalibration();
            if (SharedOptions.OpenFeatureCache(parsed.GetValue(cache)) is { } features)
                learner = learner.WithFeatureCache(features);
            var fit = scenario.Read(parsed, learner, file, parsed.GetValue(seed), parsed.Undecodable(skip));
            using var classifier = await FitAsync(file, progress => fit(dataset, progress, cancellationToken)).ConfigureAwait(false);
            classifier.Save(file);
            if (!cancellationToken.IsCancellationRequested)
                ScenarioOptions.RemoveCheckpoint(file);
            Report(classifier, ProblemList.Of(dataset, classifier.Training!.SkippedImages), file, parsed.GetValue(json));
            return cancellationToken.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Success;
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

    private static void Report(ImageClassifier classifier, IReadOnlyList<JsonOutput.Problem> problems, string output, bool json)
    {
        var training = classifier.Training!;
        var course = TrainingCourse.Of(training);
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
                course?.Start,
                course?.Best,
                course?.Last,
                training.HeldOutImages > 0 ? training.HeldOutImages : null,
                training.Notes.Count > 0 ? training.Notes : null,
                RaceTable.ToJson(training.Race)));
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
        if (training.Race.Count > 0)
            RaceTable.Write(training.Race);
        if (training.Advice is { } advice)
            Console.Out.WriteLine($"Scenario: {ScenarioOptions.NameOf(training.Scenario)}. {advice}");
        if (course is not null)
            Console.Out.WriteLine(course.Describe(training.HeldOutImages));
        foreach (string note in training.Notes)
            Console.Out.WriteLine($"Note: {note}");
        Console.Out.WriteLine($"Head: {training.Head}");
        Console.Out.WriteLine($"Saved {output}");
    }
}
