using System.CommandLine;
using TransferLearning.Cli.Projects;
using TransferLearning.Studio;

namespace TransferLearning.Cli;

/// <summary><c>train FOLDER</c>: trains a classifier on a folder of images and writes it as one ONNX file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var images = new DatasetOptions();
        var backbone = SharedOptions.BackboneName(BackboneChoice.Description);
        var preprocessing = SharedOptions.Preprocessing();
        var resize = SharedOptions.Resize();
        var scenario = new ScenarioOptions();
        var seed = NumberOption.Whole("--seed", "The seed of all random numbers; the same seed gives the same model.", otherwise: 0);
        var output = SharedOptions.Output("The file to write.", "model.onnx");
        var cache = SharedOptions.FeatureCacheFolder();
        var skip = SharedOptions.SkipUndecodable();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an existing output file without asking." };
        var test = NumberOption.OptionalShare(
            "--test",
            "Set this fraction of the images aside, and evaluate the finished classifier on them; for folders without a test split.");
        var page = new Option<string?>("--report")
        {
            Description = "Also write a self-contained HTML report of the test images, or else of the validation images.",
            HelpName = "FILE.html",
        };
        var unknown = NumberOption.OptionalShare(
            "--unknown",
            "Recognise images of none of the classes: fit a threshold so that this share of the accepted images is right, for instance " +
            "0.95.");
        var other = new Option<string?>("--other")
        {
            Description = "A folder of images of none of the classes, to fit the threshold of --unknown (0.95 if not given).",
            HelpName = "FOLDER",
        };
        var uncalibrated = new Option<bool>("--no-calibration")
        {
            Description = "Do not calibrate the probabilities by a temperature fitted on the validation images.",
        };
        var json = SharedOptions.Json();
        var project = new ProjectOption(output);
        var command = new Command("train", "Train a classifier on a folder of images, or on features in Parquet files.")
        {
            backbone, preprocessing, resize, seed, output, overwrite, cache, skip, test, page, unknown, other, uncalibrated, json,
        };
        images.AddTo(command);
        scenario.AddTo(command);
        project.AddTo(command);
        var features = new FeatureTraining(
            images.WithOptionalFolder(),
                [backbone, preprocessing, resize, seed, output, overwrite, uncalibrated, json, project.Option, .. scenario.OfHead]);
        features.AddTo(command);
        command.SetAction((parsed, cancellationToken) => project.RunAsync(parsed, scenario.Checkpoint.Resumes(parsed), named =>
        {
            OutputFile.RequireWritable(named, "-o");
            if (!parsed.GetValue(overwrite) && !(scenario.Checkpoint.Resumes(parsed) && CheckpointOptions.Exists(named)))
                OutputFile.AskBeforeOverwriting(named, "-o");
        }, async (file, run) =>
        {
            if (features.IsGiven(parsed))
            {
                var network = SharedOptions.ReadBackbone(
                    parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing), parsed.GetValue(resize));
                var head = scenario.Extraction(parsed, file, parsed.GetValue(seed));
                var onFeatures = TransferLearner.From(network);
                return await features.RunAsync(
                    parsed, parsed.GetValue(uncalibrated) ? onFeatures.WithoutCalibration() : onFeatures, head, file, run,
                    parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            }

            if (parsed.GetValue(page) is { } report)
                OutputFile.RequireWritable(report, "--report");
            var split = new ImageFolderOptions
            {
                Seed = parsed.GetValue(seed), TestFraction = parsed.GetValue(test) ?? 0, FindReencoded = true,
            };
            var dataset = await images.ReadAsync(parsed, split, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            TestReport.RequireImages(dataset, parsed.GetValue(page));
            var choice = await BackboneChoice.ReadAsync(
                parsed.GetRequiredValue(backbone),
                parsed.GetValue(preprocessing),
                parsed.GetValue(resize),
                dataset,
                new TransferAdvisorOptions { Seed = parsed.GetValue(seed), Undecodable = parsed.Undecodable(skip) },
                cancellationToken).ConfigureAwait(false);
            run?.Takes(choice.Backbone);
            if (!parsed.GetValue(json))
                choice.Print();
            var learner = TransferLearner.From(choice.Backbone);
            if (parsed.GetValue(uncalibrated))
                learner = learner.WithoutCalibration();
            if (SharedOptions.OpenFeatureCache(parsed.GetValue(cache)) is { } kept)
                learner = learner.WithFeatureCache(kept);
            var fit = scenario.Read(parsed, learner, file, parsed.GetValue(seed), parsed.Undecodable(skip));
            string[] others = parsed.GetValue(other) is { } otherFolder ? [.. ImageFiles.Find(otherFolder, cancellationToken)] : [];
            double? precision = parsed.GetValue(unknown) ?? (others.Length > 0 ? new RejectionOptions().Precision : null);
            if (precision is not null && dataset.Validation.Count == 0)
                throw new DatasetException("--unknown needs validation images; do not leave them out.");
            using var trained = await DamagedImages.ListAllAsync(
                dataset, () => FitAsync(file, progress => fit(dataset, progress, cancellationToken)), cancellationToken)
                    .ConfigureAwait(false);
            using var classifier = precision is { } share
                ? await ProgressDisplay.RunAsync(progress => trained.WithRejectionAsync(
                    dataset.Train, dataset.Validation, new RejectionOptions { Precision = share, Others = others }, progress,
                    cancellationToken)).ConfigureAwait(false)
                : trained;
            string saved = OutputFile.SaveOrRescue(file, classifier.Save);
            bool finished = !cancellationToken.IsCancellationRequested;
            run?.Done(classifier, saved, known => finished ? known : known with { State = RunState.Cancelled });
            if (finished)
                scenario.Checkpoint.Finish(parsed, file);
            var measured = await TestReport.WriteAsync(
                classifier, dataset, saved, parsed.GetValue(page), parsed.Undecodable(skip), cancellationToken).ConfigureAwait(false);
            Report(classifier, dataset, measured, saved, choice, parsed.GetValue(json));
            return finished ? ExitCode.Success : ExitCode.Cancelled;
        }));
        return command;
    }

    private static async Task<ImageClassifier> FitAsync(string output, Func<IProgress<TransferProgress>?, Task<ImageClassifier>> fit)
    {
        try
        {
            return await ProgressDisplay.RunAsync(fit).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (CheckpointOptions.Exists(output))
        {
            throw new ResumableTraining(error);
        }
    }

    private static void Report(
        ImageClassifier classifier, ImageDataset dataset, ClassificationReport? test, string output, BackboneChoice choice, bool json)
    {
        var training = classifier.Training!;
        if (training.UntrainedLayers.Count > 0)
        {
            Console.Error.WriteLine(
                $"warning: no gradient reaches {string.Join(", ", training.UntrainedLayers)}; their weights are as they were.");
        }

        var course = TrainingCourse.Of(training);
        var problems = ProblemList.Of(dataset, training.SkippedImages);
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
                RaceTable.ToJson(training.Race),
                JsonOutput.DatasetLayout.Of(dataset.Layout),
                test is null ? null : new JsonOutput.TrainTest(test.Images, test.Accuracy),
                classifier.Rejection,
                choice.ToJson()));
            return;
        }

        LayoutLines.Flush();
        ProblemList.Warn(problems);
        SmallClasses.Warn(dataset.Classes, dataset.Train.ClassCounts);
        Console.Out.WriteLine(TrainingLine.Of(training, classifier.Labels.Count));
        if (training.Race.Count > 0)
            RaceTable.Write(training.Race);
        if (training.Advice is { } advice)
            Console.Out.WriteLine($"Scenario: {ScenarioOptions.NameOf(training.Scenario)}. {advice}");
        if (course is not null)
            Console.Out.WriteLine(course.Describe(training.HeldOutImages));
        foreach (string note in training.Notes)
            Console.Out.WriteLine($"Note: {note}");
        Console.Out.WriteLine(BackboneLine.For(training.Backbone));
        Console.Out.WriteLine($"Head: {training.Head}");
        if (classifier.Rejection is { } rejection)
        {
            string rejected = rejection.OthersRejected is { } share ? $", {Words.Share(share)} of the other images are unknown" : "";
            Console.Out.WriteLine(
                $"Unknown: {Words.Share(rejection.Coverage)} of the validation images are known, {Words.Share(rejection.Precision)} " +
                $"of what is accepted is right{rejected}");
        }
        if (test is not null)
            Console.Out.WriteLine(
                $"Test accuracy {Words.Share(test.Accuracy)} on {Words.Count(test.Images, "image")} that played no part in training");
        Console.Out.WriteLine($"Saved {output}");
    }
}
