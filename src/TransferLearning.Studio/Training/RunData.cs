using System.Text.Json;

namespace TransferLearning.Studio;

/// <summary>
/// The images and labels of a run, frozen when it starts: labels that change meanwhile are for the next run, and an interrupted one goes on
/// with what it had.
/// </summary>
public sealed record RunData(IReadOnlyList<string> Classes, IReadOnlyList<RunImage> Images)
{
    /// <summary>Freezes the images of a project.</summary>
    /// <exception cref="DatasetException">There is nothing to train on.</exception>
    public static RunData Of(ImageDataset dataset) => new(
        dataset.Classes,
        [
            .. dataset.Train.Select(image => new RunImage(image.Path, image.Label, Split.Train)),
            .. dataset.Validation.Select(image => new RunImage(image.Path, image.Label, Split.Validation)),
            .. dataset.Test.Select(image => new RunImage(image.Path, image.Label, Split.Test)),
        ]);

    public ImageDataset ToDataset(string name)
    {
        LabeledImageSet Part(Split split) => new(split.ToString(), Classes, Images.Where(image => image.Split == split)
            .Select(image => new LabeledImage(image.Path, image.Label)));
        return new ImageDataset(name, Part(Split.Train), Part(Split.Validation), Part(Split.Test));
    }

    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, JsonSerializerOptions.Web));

    public static RunData Load(string path)
    {
        using var stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<RunData>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"'{path}' is damaged; start the run again.");
    }
}

/// <summary>An image of a run.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Label">The index of its class.</param>
/// <param name="Split">What it is used for.</param>
public sealed record RunImage(string Path, int Label, Split Split);
