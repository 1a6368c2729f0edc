using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary><c>preview FOLDER</c>: a sheet with the random forms of images that <c>train --views</c> would learn from.</summary>
internal static class PreviewCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with one sub-folder for each class, or with train, valid and test." }.RefuseOptionLike();
        var views = NumberOption.OptionalWhole("--views", "The number of random forms of each image; 5 where it is not given.", least: 1, most: 100);
        var images = NumberOption.OptionalWhole("--images", "The number of images, one to a row; 6 where it is not given.", least: 1, most: 100);
        var backbone = SharedOptions.BackboneName();
        var preprocessing = SharedOptions.Preprocessing();
        var seed = NumberOption.Whole("--seed", "The seed of the training.", otherwise: 0);
        var output = new Option<string>("--output", "-o") { Description = "The PNG to write.", DefaultValueFactory = _ => "augmentation.png" };
        var json = SharedOptions.Json();
        var augmentation = new AugmentationOptions();
        var command = new Command("preview", "Draw training images and the random forms of them that 'train --views' with the same options learns from, as one PNG.")
        {
            folder, views, images, backbone, preprocessing, seed, output, json,
        };
        augmentation.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.RequireEnding(file, "-o", ".png");
            OutputFile.RequireWritable(file, "-o");
            var dataset = ImageDataset.FromFolder(
                parsed.GetRequiredValue(folder), new ImageFolderOptions { Seed = parsed.GetValue(seed) }, cancellationToken);
            var network = SharedOptions.ReadBackbone(parsed.GetRequiredValue(backbone), parsed.GetValue(preprocessing));
            var forms = new AugmentedViews { Count = parsed.GetValue(views) ?? 5, Augmentation = augmentation.Read(parsed) };
            int rows = parsed.GetValue(images) ?? AugmentationPreviewOptions.Default.Images;
            var options = new AugmentationPreviewOptions { Images = rows, Seed = parsed.GetValue(seed) };
            var shown = await ProgressDisplay.RunAsync(progress => AugmentationPreview.WriteAsync(
                file, dataset.Train, network.Preprocessing, forms, options, progress, cancellationToken)).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOutput.Print(new JsonOutput.Preview(file, shown, forms.Count));
            else
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Saved {file}: {shown.Count} images, each as it is and in {forms.Count} random forms"));
            return ExitCode.Success;
        });
        return command;
    }
}
