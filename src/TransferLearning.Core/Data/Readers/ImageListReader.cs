using System.Globalization;

namespace TransferLearning;

/// <summary>An image of a list.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Part">Its split.</param>
/// <param name="Group">What it belongs to; null for nothing.</param>
internal readonly record struct ListedImage(string Path, string Label, DatasetPart Part, string? Group = null);

/// <summary>Turns a list of files and labels into a dataset.</summary>
/// <param name="name">What messages call the dataset.</param>
/// <param name="options">How to split.</param>
/// <param name="reading">Receives what is left out, and stops the reading.</param>
internal sealed class ImageListReader(string name, ImageFolderOptions options, DatasetReading reading)
{
    /// <summary>Reads the list.</summary>
    /// <param name="images">The images.</param>
    /// <param name="layout">What the columns of a table were taken for; null for other lists.</param>
    /// <exception cref="DatasetException">There are too few classes or images.</exception>
    public ImageDataset Read(IEnumerable<ListedImage> images, FolderLayout? layout = null)
    {
        var list = images.ToList();
        foreach (var (path, label, _, _) in list)
        {
            if (string.IsNullOrEmpty(path) || string.IsNullOrEmpty(label))
                throw new ArgumentException($"An image of '{name}' has an empty path or label: ('{path}', '{label}').", nameof(images));
        }

        string[] classes = [.. list.Select(image => image.Label).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];
        ClassNames.ThrowIfAmbiguous(classes, name);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var filter = new ImageFilter(reading);
        var groups = options.GroupPattern is { } pattern ? new PathPattern(pattern) : null;
        var builder = new DatasetBuilder(name, string.Empty, options, reading);
        for (int i = 0; i < list.Count; i++)
        {
            reading.CancellationToken.ThrowIfCancellationRequested();
            // Paths may differ between machines, so the position decides the split.
            if (ListedFile.Find(list[i].Path, i.ToString(CultureInfo.InvariantCulture), reading) is { } file && filter.Accepts(file))
            {
                string key = $"{list[i].Label}/{list[i].Path.Replace('\\', '/')}";
                builder.Add(file with { Group = list[i].Group ?? groups?.Find(key) }, labels[list[i].Label], list[i].Part);
            }
        }

        // A split whose images are all missing stays empty; it is not filled from train.
        var parts = list.Select(image => image.Part).ToHashSet();
        return builder.Build(
            classes, splitValidation: !parts.Contains(DatasetPart.Validation), splitTest: !parts.Contains(DatasetPart.Test), layout);
    }
}
