using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TransferLearning.Cli.Projects;

namespace TransferLearning.Cli;

/// <summary><c>quantize MODEL FOLDER</c>: makes a classifier smaller and faster, if it stays accurate enough.</summary>
internal static class QuantizeCommand
{
    /// <summary>Images timed to estimate latency.</summary>
    private const int TimedImages = 40;

    private const int WarmUp = 3;

    public static Command Create()
    {
        var model = SharedOptions.Model();
        var images = new DatasetOptions("The training images: a folder");
        var output = SharedOptions.Output("The file to write.", "quantized.onnx");
        var loss = NumberOption.OptionalShare(
            "--max-loss", "The maximum loss of accuracy on the validation images, as a fraction (default 0.01).");
        var calibration = NumberOption.Whole(
            "--calibration-images",
            "The maximum number of training images used to measure the ranges of activations.",
            QuantizationOptions.DefaultCalibrationImages,
            least: 1);
        var seed = NumberOption.Whole("--seed", "The seed of the training, which determines the validation images.", otherwise: 0);
        var skip = SharedOptions.SkipUndecodable();
        var preprocessing = SharedOptions.Preprocessing();
        var json = SharedOptions.Json();
        var command = new Command(
            "quantize", "Make a classifier smaller and faster with 8-bit integers, unless that costs too much accuracy.")
        {
            model, output, loss, calibration, seed, skip, preprocessing, json,
        };
        images.AddTo(command);
        var project = new ProjectOption(output);
        project.AddTo(command);
        command.SetAction((parsed, cancellationToken) => project.RunAsync(parsed, false, named => OutputFile.RequireWritable(named, "-o"),
        async (file, run) =>
        {
            var split = new ImageFolderOptions { Seed = parsed.GetValue(seed), ForTraining = false, FindReencoded = true };
            var dataset = await images.ReadAsync(parsed, split, json: true, cancellationToken).ConfigureAwait(false);
            var options = new QuantizationOptions
            {
                MaxAccuracyLoss = parsed.GetValue(loss) ?? QuantizationOptions.DefaultMaxAccuracyLoss,
                CalibrationImages = parsed.GetValue(calibration),
                Undecodable = parsed.Undecodable(skip),
            };
            using var before = await SharedOptions.ReadClassifierAsync(
                parsed.GetRequiredValue(model), parsed.GetValue(preprocessing), cancellationToken).ConfigureAwait(false);
            var validation = ValidationImages(dataset);
            using var after = await ProgressDisplay.RunAsync(progress => before.QuantizeAsync(
                dataset.Train.Count > 0 ? dataset.Train : validation, validation, options, progress, cancellationToken))
                .ConfigureAwait(false);
            after.Save(file);
            var summary = after.Quantization!;
            var interval = ProportionInterval.Wilson(
                (int)Math.Round(summary.AccuracyAfter * summary.ValidationImages), summary.ValidationImages);
            run?.Done(after, file, known => known with
            {
                Accuracy = summary.AccuracyAfter, Lower = interval.Lower, Upper = interval.Upper, Images = summary.ValidationImages,
            });
            var times = Time([before, after], validation, cancellationToken);
            Report(summary, times, new FileInfo(file).Length, file, dataset, parsed.GetValue(json));
            return ExitCode.Success;
        }));
        return command;
    }

    private static LabeledImageSet ValidationImages(ImageDataset dataset)
    {
        LabeledImageSet[] choices = [dataset.Validation, dataset.Test, dataset.Train];
        return choices.FirstOrDefault(set => set.Count > 0) ?? throw new DatasetException($"'{dataset.Name}' has no images.");
    }

    /// <summary>The median time from an image file to its class, in milliseconds; the classifiers alternate.</summary>
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

    private static void Report(
        QuantizationSummary summary, double[] milliseconds, long bytes, string output, ImageDataset dataset, bool json)
    {
        var problems = ProblemList.Of(dataset, []);
        if (json)
        {
            JsonOutput.Print(new JsonOutput.Quantize(
                output,
                summary.AccuracyBefore,
                summary.AccuracyAfter,
                summary.Agreement,
                summary.ValidationImages,
                summary.CalibrationImages,
                milliseconds[0],
                milliseconds[1],
                summary.BytesBefore,
                bytes,
                summary.Convolutions,
                summary.FloatConvolutions,
                problems));
            return;
        }

        ProblemList.Warn(problems);
        var invariant = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(invariant, $"{"",-12}{"before",10}{"quantized",12}"));
        Console.Out.WriteLine(string.Create(
            invariant,
            $"{"accuracy",-12}{100 * summary.AccuracyBefore,9:F1}%{100 * summary.AccuracyAfter,11:F1}%   ") + string.Create(
            invariant, $"on {Words.Count(summary.ValidationImages, "image")}, same class for {100 * summary.Agreement:F1}%"));
        Console.Out.WriteLine(string.Create(
            invariant, $"{"one image",-12}{milliseconds[0],7:F2} ms{milliseconds[1],9:F2} ms   median, from file to class"));
        Console.Out.WriteLine(string.Create(invariant, $"{"file",-12}{summary.BytesBefore / 1e6,7:F2} MB{bytes / 1e6,9:F2} MB"));
        int convolutions = summary.Convolutions + summary.FloatConvolutions;
        Console.Out.WriteLine($"Saved {output}: {summary.Convolutions} of {Words.Count(convolutions, "convolution")} quantized");
    }
}
