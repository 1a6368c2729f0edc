namespace TransferLearning;

/// <summary>Reads a dataset from the boxes of COCO instances.</summary>
/// <param name="annotations">The boxes for training.</param>
/// <param name="options">Which boxes are wanted.</param>
/// <param name="reading">Receives what is left out, and stops the reading.</param>
internal sealed class CocoReader(BoxAnnotations annotations, BoxDatasetOptions options, DatasetReading reading)
{
    private readonly BoxCollection _boxes = new(options, reading);

    /// <summary>The class names by category id; the ids must be the same in all files.</summary>
    private readonly SortedDictionary<long, string> _classes = [];

    /// <summary>Reads the files.</summary>
    /// <exception cref="DatasetException">A file is missing or has another format, or there are too few boxes.</exception>
    public ImageDataset Read()
    {
        Add(annotations, DatasetPart.Train);
        if (options.Validation is { } validation)
            Add(validation, DatasetPart.Validation);
        if (options.Test is { } test)
            Add(test, DatasetPart.Test);
        return _boxes.Build(Path.GetFullPath(annotations.File), [.. _classes.Values]);
    }

    private void Add(BoxAnnotations source, DatasetPart part)
    {
        string path = Path.GetFullPath(source.File), folder = Path.GetFullPath(source.ImageFolder);
        DatasetFolder.Require(folder, "the source images of the boxes");
        var file = CocoFile.Read(path, reading.CancellationToken);
        AddClasses(file, path);
        var images = new Dictionary<long, CocoImage>();
        foreach (var image in file.Images!)
        {
            if (string.IsNullOrEmpty(image.FileName))
            {
                throw new DatasetException(
                    FormattableString.Invariant($"The image {image.Id} of '{path}' has no file_name; add it, or remove the image."));
            }

            if (!images.TryAdd(image.Id, image))
            {
                throw new DatasetException(
                    FormattableString.Invariant($"'{path}' has two images with the id {image.Id}; give each its own."));
            }
        }

        foreach (var annotation in file.Annotations!)
        {
            reading.CancellationToken.ThrowIfCancellationRequested();
            var where = new BoxPlace("annotation", annotation.Id, path);
            if (!images.TryGetValue(annotation.ImageId, out var image))
                throw NotListed($"The {where} refers to the image {annotation.ImageId}", "images");
            if (!_classes.TryGetValue(annotation.CategoryId, out string? name))
                throw NotListed($"The {where} refers to the category {annotation.CategoryId}", "categories");
            _boxes.Add(BoxOf(annotation, image, where, folder, name), part);
        }
    }

    private static DatasetException NotListed(FormattableString reference, string list) =>
        new($"{FormattableString.Invariant(reference)}, which is not in the list of {list}; correct the file, or download it again.");

    private static AnnotatedBox BoxOf(in CocoAnnotation annotation, in CocoImage image, BoxPlace where, string folder, string name)
    {
        // A missing box becomes a box without area, which is reported.
        var region = annotation.Bbox is [var left, var top, var width, var height]
            ? new PixelRegion(left, top, left + width, top + height)
            : default;
        (int, int)? size = image.Width >= 1 && image.Height >= 1 && Math.Max(image.Width, image.Height) <= ImageDecoder.MaxSide
            ? ((int)Math.Round(image.Width), (int)Math.Round(image.Height))
            : null;
        var traits = annotation.IsCrowd != 0 ? BoxTraits.Group : BoxTraits.None;
        return new AnnotatedBox(where, folder, image.FileName!.Replace('\\', '/'), name, region, IsRelative: false, size, traits);
    }

    private void AddClasses(CocoFile file, string path)
    {
        foreach (var (id, name) in file.Categories!)
        {
            if (string.IsNullOrEmpty(name))
                throw new DatasetException(FormattableString.Invariant($"The category {id} of '{path}' has no name; add it."));
            if (!_classes.TryAdd(id, name) && _classes[id] != name)
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"'{path}' calls the category {id} '{name}', which was '{_classes[id]}' before; give files with the same categories."));
            }
        }
    }
}
