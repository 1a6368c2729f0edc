using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using TransferLearning.Cli.Projects;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Cli;

/// <summary>
/// <c>train --features PARTS --labels TABLE</c>: a head on features that <c>features</c> has written, in bounded memory however many there
/// are.
/// </summary>
/// <param name="folder">The argument that is left out.</param>
/// <param name="allowed">The options of <c>train</c> that have a meaning here.</param>
internal sealed class FeatureTraining(Argument<string> folder, IReadOnlyCollection<Option> allowed)
{
    /// <summary>So many images are computed again where they are at hand.</summary>
    private const int CheckedImages = 20;

    /// <summary>Features of the same image may differ by this part of the largest one, on another processor.</summary>
    private const float Rounding = 0.01f;

    private readonly Option<string?> _parts = new("--features")
    {
        Description = "Train on features instead of images: the output folder of 'features', or a pattern such as 'out/*.parquet'.",
        HelpName = "FOLDER|FILES",
    };

    private readonly Option<string> _labels = new("--labels")
    {
        Description =
            $"--features: the classes: a CSV file with the columns path and label, or {PartLabels.FromPath} for the folder that " +
            "directly contains the image.",
        DefaultValueFactory = _ => PartLabels.FromPath,
        HelpName = $"FILE.csv|{PartLabels.FromPath}",
    };

    private readonly Option<string> _validation = new("--validation")
    {
        Description = "--features: the images for validation, as a shard i/n of all paths, by the rule of --shard; 'none' for no image.",
        DefaultValueFactory = _ => "0/10",
        HelpName = "i/n|none",
    };

    private readonly Option<string?> _images = new("--images")
    {
        Description = $"--features: the folder that the paths are relative to: {CheckedImages} images are computed again and must agree.",
        HelpName = "FOLDER",
    };

    private sealed record Tables(FeatureTable Train, FeatureTable Held, List<(string Path, float[] Features)> Sample, int Unlabelled);

    public void AddTo(Command command)
    {
        Option[] own = [_parts, _labels, _validation, _images];
        foreach (var option in own)
            command.Add(option);
        command.Validators.Add(result =>
        {
            bool hasFolder = result.GetResult(folder) is { Tokens.Count: > 0 };
            if (!result.IsGiven(_parts))
            {
                if (!hasFolder)
                    result.AddError($"'{command.Name}' needs <{folder.Name}>: {folder.Description}");
                foreach (var option in own.Where(result.IsGiven))
                    result.AddError($"{option.Name} needs {_parts.Name}.");
                return;
            }

            if (hasFolder)
            {
                result.AddError(UsageError.ExpandedPattern(result.GetResult(folder)!.Tokens[0].Value)
                    ?? $"Give either a folder of images or {_parts.Name}, not both.");
            }

            foreach (var option in command.Options.Except(own).Except(allowed).Where(result.IsGiven))
                result.AddError($"{option.Name} has no meaning with {_parts.Name}: it needs images.");
            if (result.GetResult(_validation) is { Tokens: [var text] } && text.Value != "none" && Shard.Parse(text.Value) is null)
                result.AddError(Shard.Refusal(_validation.Name, text.Value, ", or 'none'"));
        });
    }

    /// <summary>Whether the command line asks for this.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_parts) is not null;

    /// <summary>Trains, checks, saves and reports.</summary>
    public async Task<int> RunAsync(
        ParseResult parsed,
        TransferLearner learner,
        FeatureExtractionOptions options,
        string output,
        ProjectRun? run,
        bool json,
        CancellationToken cancellationToken)
    {
        var parts = await FeatureParts.OpenAsync(parsed.GetRequiredValue(_parts)!, cancellationToken).ConfigureAwait(false);
        var labels = PartLabels.Read(parsed.GetRequiredValue(_labels), cancellationToken);
        learner = await ProgressDisplay.RunAsync(progress => learner.LoadAsync(progress, cancellationToken)).ConfigureAwait(false);
        var loaded = await learner.Backbone.LoadAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var network = loaded.WithoutTop();
        parts.RequireNetwork(learner.Backbone, network);
        using var train = new FeatureTable(parts.Width);
        using var held = new FeatureTable(parts.Width);
        var tables = new Tables(train, held, [], 0);
        var validation = Shard.Parse(parsed.GetRequiredValue(_validation));
        tables = await ReadAsync(parts, labels, validation, tables, cancellationToken).ConfigureAwait(false);
        string[] names = Number(labels, tables);
        int compared = parsed.GetValue(_images) is { } images
            ? await CompareAsync(images, network, learner, tables, cancellationToken).ConfigureAwait(false)
            : 0;
        if (options.Mlp is { } mlp)
            options = options with { Mlp = mlp with { CheckpointFolder = null } };
        using var classifier = await ProgressDisplay.RunAsync(progress => learner.FitHeadAsync(
            train, names, held.Rows > 0 ? held : null, options, progress, cancellationToken)).ConfigureAwait(false);
        output = OutputFile.SaveOrRescue(output, classifier.Save);
        run?.Done(classifier, output);
        if (!json)
            Warn(tables, names, validation);
        Report(classifier, output, tables.Unlabelled, compared, json);
        return ExitCode.Success;
    }

    private static async Task<Tables> ReadAsync(
        FeatureParts parts, PartLabels labels, Shard? validation, Tables tables, CancellationToken cancellationToken)
    {
        int unlabelled = 0;
        string? unknown = null;
        await foreach (var group in parts.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int i = 0; i < group.Paths.Count; i++)
            {
                string path = group.Paths[i];
                if (labels.Of(path) is not { } label)
                {
                    unlabelled++;
                    unknown ??= path;
                    continue;
                }

                var features = group.Features.Slice(i * parts.Width, parts.Width);
                if (!float.IsFinite(TensorPrimitives.MaxMagnitude(features.Span)))
                {
                    throw new DatasetException(
                        $"The features of '{path}' in '{group.File}' are not all finite. Leave the image out of the table of --labels, " +
                        "or compute the parts with another backbone.");
                }

                (validation?.Contains(path) == true ? tables.Held : tables.Train).Add(features.Span, label);
                if (tables.Sample.Count < CheckedImages)
                    tables.Sample.Add((path, features.ToArray()));
            }
        }

        return tables.Sample.Count > 0
            ? tables with { Unlabelled = unlabelled }
            : throw new DatasetException(
                $"No image of the parts is in '{labels.Source}': its column 'path' must have the paths of the parts, such as '{unknown}'.");
    }

    /// <summary>Numbers the classes that have images in the order of their names.</summary>
    private static string[] Number(PartLabels labels, Tables tables)
    {
        var learned = tables.Train.Labels.ToHashSet();
        var seen = learned.Union(tables.Held.Labels).ToHashSet();
        int[] order = [.. seen.OrderBy(label => labels.Names[label], StringComparer.Ordinal)];
        if (order.Length < 2)
        {
            throw new DatasetException(
                $"All images of the parts with a label are of the class '{labels.Names[order[0]]}', and two classes or more are needed; " +
                $"the labels are those of '{labels.Source}' (--labels).");
        }

        string[] missing = [.. order.Where(label => !learned.Contains(label)).Select(label => $"'{labels.Names[label]}'")];
        if (missing.Length > 0)
        {
            throw new DatasetException(
                $"All images of {Words.Some(missing)} are for validation; give another shard with --validation, or 'none'.");
        }

        int[] numbers = new int[labels.Names.Count];
        foreach (var (number, label) in order.Index())
            numbers[label] = number;
        tables.Train.Relabel(numbers);
        tables.Held.Relabel(numbers);
        return [.. order.Select(label => labels.Names[label])];
    }

    /// <summary>Computes the features of images again; returns how many were at hand.</summary>
    private static async Task<int> CompareAsync(
        string folder, Onnx.OnnxModel network, TransferLearner learner, Tables tables, CancellationToken cancellationToken)
    {
        var there = tables.Sample.Where(row => File.Exists(Path.Combine(folder, row.Path))).ToArray();
        if (there.Length == 0)
        {
            throw new FileNotFoundException(
                $"None of the first images of the parts, such as '{tables.Sample[0].Path}', is in '{folder}'; give the folder of " +
                "'features' with --images.");
        }

        using var extractor = new FeatureExtractor(network, learner.Backbone.Preprocessing);
        var computed = await extractor.ExtractAsync(
            [.. there.Select(row => Path.Combine(folder, row.Path))], cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var (i, row) in there.Index())
        {
            float largest = TensorPrimitives.MaxMagnitude<float>(row.Features);
            float difference = TensorPrimitives.Distance(computed[i], row.Features) / MathF.Sqrt(row.Features.Length);
            if (difference > Rounding * Math.Abs(largest))
            {
                throw new DatasetException(
                    $"'{row.Path}' has other features now than in the parts: it has changed since. Compute the part again: " +
                    "'features' with --overwrite.");
            }
        }

        return there.Length;
    }

    private static void Warn(Tables tables, string[] names, Shard? validation)
    {
        if (tables.Unlabelled > 0)
            Console.Error.WriteLine($"warning: {Words.Count(tables.Unlabelled, "image")} of the parts have no label and were left out.");
        if (validation is { } shard && tables.Held.Rows == 0)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"warning: No image is in the shard {shard.Index}/{shard.Count} of --validation: nothing was held out."));
        }

        int[] counts = new int[names.Length];
        foreach (int label in tables.Train.Labels)
            counts[label]++;
        SmallClasses.Warn(names, counts);
    }

    private static void Report(ImageClassifier classifier, string output, int unlabelled, int compared, bool json)
    {
        var training = classifier.Training!;
        if (json)
        {
            JsonOutput.Print(new JsonOutput.TrainFeatures(
                output,
                training.Backbone,
                training.Head,
                training.TrainingAccuracy,
                training.ValidationAccuracy,
                training.Seconds,
                PeakMemory.Bytes,
                new JsonOutput.TrainImages(training.TrainingImages, training.ValidationImages),
                unlabelled,
                compared,
                classifier.Labels,
                training.History));
            return;
        }

        Console.Out.WriteLine($"Features of {TrainingLine.Of(training, classifier.Labels.Count)}");
        if (compared > 0)
            Console.Out.WriteLine($"Checked: {Words.Count(compared, "image")} have the features of the parts");
        Console.Out.WriteLine($"Head: {training.Head}");
        Console.Out.WriteLine($"Saved {output}");
    }
}
