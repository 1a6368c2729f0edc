using System.Globalization;

namespace TransferLearning;

/// <summary>Reads a folder of IDX files, the format of MNIST and Fashion-MNIST.</summary>
internal sealed class IdxReader(string folder, IReadOnlyList<string>? classes, ImageFolderOptions options, DatasetReading reading)
{
    /// <summary>Reads the files.</summary>
    public ImageDataset Read()
    {
        DatasetFolder.Require(folder, "the IDX files");
        var train = ReadPair("train") ?? throw new DatasetException(
            $"'{folder}' has no 'train-images-idx3-ubyte' or no 'train-labels-idx1-ubyte' (with or without .gz); give the folder that " +
                "contains both.");
        var test = ReadPair("t10k") ?? ReadPair("test");
        int highest = Math.Max(train.Labels.Data.DefaultIfEmpty().Max(), test?.Labels.Data.DefaultIfEmpty().Max() ?? 0);
        var names = classes ?? [.. Enumerable.Range(0, highest + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        ClassNames.ThrowIfAmbiguous(names, folder);
        var builder = new DatasetBuilder(Path.GetFileName(folder), folder, options, reading);
        Add(builder, train, names.Count, DatasetPart.Train);
        if (test is not null)
            Add(builder, test.Value, names.Count, DatasetPart.Test);
        return builder.Build(names, splitValidation: true, splitTest: test is null);
    }

    private static void Add(DatasetBuilder builder, (IdxFile Images, IdxFile Labels) pair, int classCount, DatasetPart part)
    {
        var (images, labels) = pair;
        if (images.Dimensions is not [var count, var height, var width] || count != labels.Data.Length || height == 0 || width == 0)
        {
            string found = FormattableString.Invariant(
                $"{images.Dimensions[0]} images of {images.Dimensions[1]} × {images.Dimensions[2]} pixels");
            throw new DatasetException(FormattableString.Invariant(
                $"'{images.Path}' has {found} and '{labels.Path}' has {labels.Data.Length} labels; they do not belong together."));
        }

        for (int i = 0; i < count; i++)
        {
            int label = labels.Data[i];
            if (label >= classCount)
            {
                string place = FormattableString.Invariant($"the label {label} at offset {labels.HeaderLength + i}");
                throw new DatasetException(FormattableString.Invariant(
                    $"'{labels.Path}' has {place}, where 0 to {classCount - 1} is expected; give a name for every class."));
            }

            string position = i.ToString(CultureInfo.InvariantCulture);
            var image = new RawImage(images.Data, i * height * width, width, height, planes: 1);
            builder.Add(new FoundFile($"{images.Path}#{position}", position, image), label, part);
        }
    }

    private (IdxFile Images, IdxFile Labels)? ReadPair(string name)
    {
        string? images = Find($"{name}-images", "idx3-ubyte");
        string? labels = Find($"{name}-labels", "idx1-ubyte");
        return images is null || labels is null ? null : (ReadFile(images, 3), ReadFile(labels, 1));
    }

    private IdxFile ReadFile(string path, int dimensions)
    {
        reading.CountFile();
        return IdxFile.Read(path, dimensions);
    }

    /// <summary>Published copies differ in the character before the type: a hyphen or a dot.</summary>
    private string? Find(string name, string type) =>
        new[] { $"{name}-{type}", $"{name}.{type}", $"{name}-{type}.gz", $"{name}.{type}.gz" }
            .Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
