using System.Globalization;

namespace TransferLearning;

/// <summary>Reads a folder of IDX files, as MNIST and Fashion-MNIST come, into a dataset.</summary>
internal sealed class IdxReader(string folder, IReadOnlyList<string>? classes, ImageFolderOptions options, CancellationToken cancellationToken)
{
    private readonly List<DatasetProblem> _problems = [];

    /// <summary>Reads the files.</summary>
    public ImageDataset Read()
    {
        ImageFolderReader.ThrowIfNoFolder(folder);
        var train = ReadPair("train") ?? throw new DatasetException(
            $"'{folder}' has no 'train-images-idx3-ubyte' or no 'train-labels-idx1-ubyte' (with or without .gz); give the folder that has both.");
        var test = ReadPair("t10k") ?? ReadPair("test");
        int highest = Math.Max(train.Labels.Data.DefaultIfEmpty().Max(), test?.Labels.Data.DefaultIfEmpty().Max() ?? 0);
        var names = classes ?? [.. Enumerable.Range(0, highest + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        ClassNames.ThrowIfAmbiguous(names, folder);
        var builder = new DatasetBuilder(Path.GetFileName(folder), folder, options, _problems);
        Add(builder, train, names.Count, DatasetPart.Train);
        if (test is not null)
            Add(builder, test.Value, names.Count, DatasetPart.Test);
        return builder.Build(names, splitValidation: true, splitTest: test is null, cancellationToken);
    }

    private static void Add(DatasetBuilder builder, (IdxFile Images, IdxFile Labels) pair, int classCount, DatasetPart part)
    {
        var (images, labels) = pair;
        if (images.Dimensions is not [var count, var height, var width] || count != labels.Data.Length || height == 0 || width == 0)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{images.Path}' has {images.Dimensions[0]} images of {images.Dimensions[1]} × {images.Dimensions[2]} pixels and '{labels.Path}' has {labels.Data.Length} labels; they do not belong together."));
        }

        for (int i = 0; i < count; i++)
        {
            int label = labels.Data[i];
            if (label >= classCount)
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"'{labels.Path}' has the label {label} at offset {labels.HeaderLength + i}, where 0 to {classCount - 1} is expected; give as many class names as there are classes."));
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
        cancellationToken.ThrowIfCancellationRequested();
        return images is null || labels is null ? null : (IdxFile.Read(images, 3), IdxFile.Read(labels, 1));
    }

    /// <summary>Copies differ in the sign before the type: a hyphen or a dot.</summary>
    private string? Find(string name, string type) =>
        new[] { $"{name}-{type}", $"{name}.{type}", $"{name}-{type}.gz", $"{name}.{type}.gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
