namespace TransferLearning;

/// <summary>Reads the boxes of COCO instances into a dataset.</summary>
/// <param name="annotations">The boxes to learn from.</param>
/// <param name="options">Which boxes are wanted.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class CocoReader(BoxAnnotations annotations, BoxDatasetOptions options, CancellationToken cancellationToken)
{
    private readonly BoxCollection _boxes = new(options);

    /// <summary>The names of the classes by their number in the file for training, which all files share.</summary>
    private readonly SortedDictionary<long, string> _classes = [];

    /// <summary>Reads the files.</summary>
    /// <exception cref="DatasetException">A file is missing or not of this form, or one cannot learn from its boxes.</exception>
    public ImageDataset Read()
    {
        Add(annotations, DatasetPart.Train);
        if (options.Validation is { } validation)
            Add(validation, DatasetPart.Validation);
        if (options.Test is { } test)
            Add(test, DatasetPart.Test);
        return _boxes.Build(Path.GetFullPath(annotations.File), [.. _classes.Values], cancellationToken);
    }

    private void Add(BoxAnnotations source, DatasetPart part)
    {
        string path = Path.GetFullPath(source.File), folder = Path.GetFullPath(source.ImageFolder);
        BoxCollection.ThrowIfNoFolder(folder);
        var file = CocoFile.Read(path, cancellationToken);
        AddClasses(file, path);
        var images = new Dictionary<long, CocoImage>();
        foreach (var image in file.Images!)
        {
            if (string.IsNullOrEmpty(image.FileName))
                throw new DatasetException(FormattableString.Invariant($"The image {image.Id} of '{path}' has no file_name; complete or remove it."));
            if (!images.TryAdd(image.Id, image))
                throw new DatasetException(FormattableString.Invariant($"'{path}' has two images with the id {image.Id}; give each its own."));
        }

        foreach (var annotation in file.Annotations!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var where = new BoxPlace("annotation", annotation.Id, path);
            if (!images.TryGetValue(annotation.ImageId, out var image))
                throw new DatasetException(FormattableString.Invariant($"The {where} is for the image {annotation.ImageId}, which is not in the list of images."));
            if (!_classes.TryGetValue(annotation.CategoryId, out string? name))
                throw new DatasetException(FormattableString.Invariant($"The {where} is of the category {annotation.CategoryId}, which is not in the list of categories."));
            _boxes.Add(BoxOf(annotation, image, where, folder, name), part);
        }
    }

    private static AnnotatedBox BoxOf(in CocoAnnotation annotation, in CocoImage image, BoxPlace where, string folder, string name)
    {
        // No box is one without area.
        var region = annotation.Bbox is [var left, var top, var width, var height]
            ? new PixelRegion(left, top, left + width, top + height)
            : default;
        (int, int)? size = image.Width >= 1 && image.Height >= 1 && Math.Max(image.Width, image.Height) <= ImageDecoder.MaxSide
            ? ((int)Math.Round(image.Width), (int)Math.Round(image.Height))
            : null;
        return new AnnotatedBox(
            where, folder, image.FileName!.Replace('\\', '/'), name, region, IsRelative: false, size, annotation.IsCrowd != 0 ? BoxTraits.Group : BoxTraits.None);
    }

    private void AddClasses(CocoFile file, string path)
    {
        foreach (var (id, name) in file.Categories!)
        {
            if (string.IsNullOrEmpty(name))
                throw new DatasetException(FormattableString.Invariant($"The category {id} of '{path}' has no name; complete it."));
            if (!_classes.TryAdd(id, name) && _classes[id] != name)
            {
                throw new DatasetException(FormattableString.Invariant(
                    $"'{path}' calls the category {id} '{name}', which was '{_classes[id]}' before; give files with the same categories."));
            }
        }
    }
}
