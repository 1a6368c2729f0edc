using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary><c>preview FOLDER</c>: a sheet with the augmented views of images that <c>train --views</c> would use.</summary>
internal static class PreviewCommand
{
    public static Command Create()
    {
        var source = new DatasetOptions();
        var views = NumberOption.OptionalWhole("--views", "The number of augmented views of each image (default 5).", least: 1, most: 100);
        var images = NumberOption.OptionalWhole("--images", "The number of images, one in each row (default 6).", least: 1, most: 100);
        var backbone = SharedOptions.BackboneName();
        var preprocessing = SharedOptions.Preprocessing();
        var resize = SharedOptions.Resize();
        var seed = NumberOption.Whole("--seed", "The seed of the training.", otherwise: 0);
        var output = SharedOptions.Output("The PNG to write.", "augmentation.png");
        var json = SharedOptions.Json();
        var augmentation = new AugmentationOptions();
        var command = new Command(
            "preview", "Draw training images and the augmented views that 'train --views' uses with the same options, as one PNG.")
        {
            views, images, backbone, preprocessing, resize, seed, output, json,
        };
        source.AddTo(command);
        augmentation.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.RequireEnding(file, "-o", ".png");
            OutputFile.RequireWritable(file, "-o");
            var split = new ImageFolderOptions { Seed = parsed.GetValue(seed), FindReencoded = true };
            var dataset = await source.ReadAsync(parsed, split, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            var network =
                SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing), parsed.GetValue(resize));
            var augmented = new AugmentedViews { Count = parsed.GetValue(views) ?? 5, Augmentation = augmentation.Read(parsed) };
            int rows = parsed.GetValue(images) ?? AugmentationPreviewOptions.Default.Images;
            var options = new AugmentationPreviewOptions { Images = rows, Seed = parsed.GetValue(seed) };
            var shown = await ProgressDisplay.RunAsync(progress => AugmentationPreview.WriteAsync(
                file, dataset.Train, network.Preprocessing, augmented, options, progress, cancellationToken)).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOutput.Print(new JsonOutput.Preview(file, shown, augmented.Count, JsonOutput.DatasetLayout.Of(dataset.Layout)));
            else
            {
                LayoutLines.Flush();
                string each = Words.Count(augmented.Count, "augmented view");
                Console.Out.WriteLine($"Saved {file}: {Words.Count(shown.Count, "image")}, each with {each}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
