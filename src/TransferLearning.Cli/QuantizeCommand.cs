using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>quantize MODEL FOLDER</c>: a classifier becomes a smaller and faster one, if it stays good enough.</summary>
internal static class QuantizeCommand
{
    /// <summary>As many images tell the time of one; a network needs a few before it is warm.</summary>
    private const int TimedImages = 40;
    private const int WarmUp = 3;

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A classifier that train has written, an ONNX backbone, or the name of a backbone of the catalog." }.RefuseOptionLike();
        var folder = new Argument<string>("folder") { Description = "The images that it was trained on: a folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var output = new Option<string>("--output", "-o") { Description = "The file to write.", DefaultValueFactory = _ => "quantized.onnx" };
        var loss = NumberOption.OptionalShare("--max-loss", "By how much the accuracy on the validation images may fall, as a share; 0.01 where it is not given.");
        var calibration = NumberOption.Whole(
            "--calibration-images", "How many training images are looked at to find the ranges of activations, at most.", QuantizationOptions.DefaultCalibrationImages, least: 1);
        var seed = NumberOption.Whole("--seed", "The seed of the training, which decides what its validation images were.", otherwise: 0);
        var skip = new Option<bool>("--skip-undecodable") { Description = "Leave out images that cannot be decoded, instead of stopping." };
        var preprocessing = SharedOptions.Preprocessing();
        var json = SharedOptions.Json();
        var command = new Command("quantize", "Make a classifier smaller and faster with 8-bit integers, and refuse it where that costs accuracy.")
        {
            model, folder, output, loss, calibration, seed, skip, preprocessing, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.RequireWritable(file, "-o");
            var dataset = ImageDataset.FromFolder(
                parsed.GetRequiredValue(folder), new ImageFolderOptions { Seed = parsed.GetValue(seed), ForTraining = false }, cancellationToken);
            var options = new QuantizationOptions
            {
                MaxAccuracyLoss = parsed.GetValue(loss) ?? QuantizationOptions.DefaultMaxAccuracyLoss,
                CalibrationImages = parsed.GetValue(calibration),
                Undecodable = parsed.GetValue(skip) ? UndecodableImages.Skip : UndecodableImages.Throw,
            };
            using var before = await SharedOptions.ReadClassifierAsync(parsed.GetRequiredValue(model), parsed.GetValue(preprocessing), cancellationToken).ConfigureAwait(false);
            var validation = Judges(dataset);
            using var after = await ProgressDisplay.RunAsync(progress => before.QuantizeAsync(
                dataset.Train.Count > 0 ? dataset.Train : validation, validation, options, progress, cancellationToken)).ConfigureAwait(false);
            after.Save(file);
            var times = Time([before, after], validation, cancellationToken);
            Report(after.Quantization!, times, new FileInfo(file).Length, file, dataset, parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static LabeledImageSet Judges(ImageDataset dataset)
    {
        LabeledImageSet[] choices = [dataset.Validation, dataset.Test, dataset.Train];
        return choices.FirstOrDefault(set => set.Count > 0) ?? throw new DatasetException($"'{dataset.Name}' has no images.");
    }

    /// <summary>The median time of one image from the file to its class, in milliseconds; the classifiers take turns.</summary>
    private static double[] Time(ImageClassifier[] classifiers, LabeledImageSet images, CancellationToken cancellationToken)
    {
        var times = classifiers.Select(_ => new List<double>()).ToArray();
        string[] paths = [.. images.Where(image => File.Exists(image.Path)).Select(image => image.Path).Take(TimedImages)];
        for (int i = -WarmUp; i < paths.Length; i++)
        {
            for (int c = 0; c < classifiers.Length; c++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var clock = Stopwatch.StartNew();
                try
                {
                    classifiers[c].Predict(paths[Math.Max(i, 0)]);
                }
                catch (ImageDecodeException)
                {
                    continue;
                }

                if (i >= 0)
                    times[c].Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        return [.. times.Select(list => list.Order().ElementAtOrDefault(list.Count / 2))];
    }

    private static void Report(QuantizationSummary summary, double[] milliseconds, long bytes, string output, ImageDataset dataset, bool json)
    {
        var problems = ProblemList.Of(dataset, []);
        if (json)
        {
            JsonOutput.Print(new JsonOutput.Quantize(
                output, summary.AccuracyBefore, summary.AccuracyAfter, summary.Agreement, summary.ValidationImages, summary.CalibrationImages,
                milliseconds[0], milliseconds[1], summary.BytesBefore, bytes, summary.Convolutions, summary.FloatConvolutions, problems));
            return;
        }

        ProblemList.Warn(problems);
        var invariant = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(invariant, $"{"",-12}{"before",10}{"quantized",12}"));
        Console.Out.WriteLine(string.Create(
            invariant,
            $"{"accuracy",-12}{100 * summary.AccuracyBefore,9:F1}%{100 * summary.AccuracyAfter,11:F1}%   on {summary.ValidationImages} images, the same class for {100 * summary.Agreement:F1}%"));
        Console.Out.WriteLine(string.Create(invariant, $"{"one image",-12}{milliseconds[0],7:F2} ms{milliseconds[1],9:F2} ms   from the file to its class, median"));
        Console.Out.WriteLine(string.Create(invariant, $"{"file",-12}{summary.BytesBefore / 1e6,7:F2} MB{bytes / 1e6,9:F2} MB"));
        Console.Out.WriteLine($"Saved {output}: {summary.Convolutions} of {summary.Convolutions + summary.FloatConvolutions} convolutions compute with 8-bit integers");
    }
}
