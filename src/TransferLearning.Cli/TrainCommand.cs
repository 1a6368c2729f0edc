using System.CommandLine;
using System.Globalization;
using TransferLearning.Featurization;
using TransferLearning.Heads;

namespace TransferLearning.Cli;

/// <summary><c>train FOLDER</c>: a folder of pictures becomes a classifier in one ONNX file.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var backbone = new Option<string>("--backbone")
        {
            Description = "The pretrained network: a name of the catalog (see 'backbones list') or an ONNX file.",
            DefaultValueFactory = _ => Backbones.TinyResNet.Name,
            HelpName = "NAME|FILE.onnx",
        };
        var preprocessing = SharedOptions.Preprocessing();
        var scenario = new Option<string>("--scenario")
        {
            Description = "features: the backbone is frozen and a new head is trained.",
            DefaultValueFactory = _ => "features",
        };
        scenario.AcceptOnlyFromAmong("features");
        var seed = new Option<int>("--seed") { Description = "The seed of everything random; the same seed gives the same model." };
        var output = new Option<string>("--output", "-o") { Description = "The file to write.", DefaultValueFactory = _ => "model.onnx" };
        var cache = new Option<string?>("--feature-cache") { Description = "A folder that keeps features for further runs.", HelpName = "FOLDER" };
        var skip = new Option<bool>("--skip-undecodable") { Description = "Leave out pictures that cannot be decoded, and list them, instead of stopping." };
        var json = SharedOptions.Json();
        var command = new Command("train", "Train a classifier on a folder of pictures.")
        {
            folder, backbone, preprocessing, scenario, seed, output, cache, skip, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(folder),
                SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing)),
                parsed.GetValue(seed),
                parsed.GetRequiredValue(output),
                parsed.GetValue(cache),
                parsed.GetValue(skip) ? UndecodableImages.Skip : UndecodableImages.Throw,
                parsed.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        RequireWritable(request.Output);
        var dataset = ImageDataset.FromFolder(request.Folder, new ImageFolderOptions { Seed = request.Seed }, cancellationToken);
        var learner = TransferLearner.From(request.Backbone);
        if (request.FeatureCache is { } cache)
            learner = learner.WithFeatureCache(new FeatureCache(cache));
        var scenario = learner.FeatureExtraction(new FeatureExtractionOptions
        {
            Head = new LinearHeadOptions { Seed = request.Seed },
            Undecodable = request.Undecodable,
        });
        using var classifier = await ProgressDisplay.RunTrainingAsync(
            progress => scenario.FitAsync(dataset, progress, cancellationToken)).ConfigureAwait(false);
        classifier.Save(request.Output);

        var training = classifier.Training!;
        var problems = ProblemList.Of(dataset, training.SkippedImages);
        if (request.Json)
        {
            JsonOutput.Print(new JsonOutput.Train(
                request.Output,
                training.Scenario,
                training.Backbone,
                training.TrainingAccuracy,
                training.ValidationAccuracy,
                training.Seconds,
                new JsonOutput.TrainImages(training.TrainingImages, training.ValidationImages),
                classifier.Labels,
                problems));
            return ExitCode.Success;
        }

        ProblemList.Warn(problems);
        string validation = training.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {100 * accuracy:F1}% on {training.ValidationImages}")
            : string.Empty;
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{training.TrainingImages} training pictures of {classifier.Labels.Count} classes, training accuracy {100 * training.TrainingAccuracy:F1}%{validation}, {training.Seconds:F1} s"));
        Console.Out.WriteLine($"Head: {training.Head}");
        Console.Out.WriteLine($"Saved {request.Output}");
        return ExitCode.Success;
    }

    /// <summary>A folder that cannot be written to is better known before the work than after it.</summary>
    private static void RequireWritable(string output)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' of the output file does not exist; create it or choose another with -o.");
        if (Directory.Exists(output))
            throw new IOException($"'{output}' is a folder; give the name of the file to write with -o.");
    }

    private sealed record Request(
        string Folder, Backbone Backbone, int Seed, string Output, string? FeatureCache, UndecodableImages Undecodable, bool Json);
}
