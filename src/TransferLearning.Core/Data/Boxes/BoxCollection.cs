namespace TransferLearning;

/// <summary>Takes boxes of annotations, leaves out those that are not wanted or not usable, and makes a dataset of the rest.</summary>
/// <param name="options">Which boxes are wanted.</param>
internal sealed class BoxCollection(BoxDatasetOptions options)
{
    private readonly List<DatasetProblem> _problems = [];
    private readonly List<KeptBox> _kept = [];
    private readonly HashSet<(SourceImageFiles.Image Image, ImageBox Box, string Class, DatasetPart Part)> _seen = [];
    private readonly Dictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private readonly HashSet<string>? _wanted = options.Classes?.ToHashSet(StringComparer.Ordinal);
    private SourceImageFiles? _images;
    private int _total;

    private SourceImageFiles Images => _images ??= new SourceImageFiles(_problems);

    /// <summary>Takes a box, or counts why it is left out.</summary>
    public void Add(in AnnotatedBox box, DatasetPart part)
    {
        _total++;
        if (Objection(box) is { } objection)
            LeaveOut(objection);
        else if (Images.Find(box) is not { } image)
            LeaveOut("on images that are missing or cannot be read");
        else if (Place(box, image) is not { } placed)
            LeaveOut("not usable");
        else if (Math.Min(placed.Width, placed.Height) < options.MinimumSide)
            LeaveOut(FormattableString.Invariant($"smaller than {nameof(options.MinimumSide)}, which is {options.MinimumSide} pixels"));
        else if (_seen.Add((image, placed, box.Class, part)))
            _kept.Add(new KeptBox(image, placed, box.Class, part));
        else
            Report(DatasetProblemKind.RepeatedBox, box, "is the same box with the same class as another; one of them is left out");
    }

    /// <summary>Makes the dataset.</summary>
    /// <param name="annotations">The file of annotations for training, which messages name.</param>
    /// <param name="names">The names of all classes that the annotations know, in their order.</param>
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <exception cref="DatasetException">A class is not known, or one cannot learn from the boxes that are left.</exception>
    public ImageDataset Build(string annotations, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        Images.ReportRest(annotations);
        // Of a million boxes it would take a hundred megabytes while the dataset is made.
        _seen.Clear();
        _seen.TrimExcess();
        string[] unknown = [.. options.Classes?.Except(names, StringComparer.Ordinal) ?? []];
        if (unknown.Length > 0)
            throw new DatasetException($"'{annotations}' has no class {ClassNames.List(unknown)}; it has {ClassNames.List(names)}.", _problems);
        if (_kept.Count == 0)
            throw new DatasetException($"'{annotations}' has no box that can be used. {Explanation()}", _problems);
        var used = _kept.Select(box => box.Class).ToHashSet(StringComparer.Ordinal);
        string[] classes = [.. options.Classes ?? names.Distinct(StringComparer.Ordinal).Where(used.Contains)];
        ClassNames.ThrowIfAmbiguous(classes, annotations);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var builder = new DatasetBuilder(Path.GetFileNameWithoutExtension(annotations), annotations, options.Splits, _problems) { Explanation = Explanation() };
        foreach (var (source, box, name, part) in _kept)
        {
            var crop = new ImageCrop(source.File.Path, source.File.Length, box);
            builder.Add(new FoundFile($"{source.File.Path}#{box}", $"{source.File.Key}#{box}", crop), labels[name], part);
        }

        return builder.Build(classes, splitValidation: options.Validation is null, splitTest: options.Test is null, cancellationToken);
    }

    /// <summary>Throws when there is no folder of images.</summary>
    public static void ThrowIfNoFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DatasetException($"There is no folder '{folder}'; give the folder of the images that the boxes are drawn on.");
    }

    /// <summary>Which option leaves the box out; null for none.</summary>
    private string? Objection(in AnnotatedBox box)
    {
        if (_wanted?.Contains(box.Class) == false)
            return $"of classes that {nameof(options.Classes)} does not name";
        if (box.Traits.HasFlag(BoxTraits.Group) && !options.IncludeGroups)
            return $"around groups, which {nameof(options.IncludeGroups)} would take";
        if (box.Traits.HasFlag(BoxTraits.Occluded) && !options.IncludeOccluded)
            return $"of things behind others, which {nameof(options.IncludeOccluded)} would take";
        if (box.Traits.HasFlag(BoxTraits.Truncated) && !options.IncludeTruncated)
            return $"of things that go on outside of the image, which {nameof(options.IncludeTruncated)} would take";
        if (box.Traits.HasFlag(BoxTraits.Depiction) && !options.IncludeDepictions)
            return $"of depictions, which {nameof(options.IncludeDepictions)} would take";
        return null;
    }

    /// <summary>The whole pixels next to the edges of the box, within the image; null where there are none, which is reported.</summary>
    private ImageBox? Place(in AnnotatedBox box, SourceImageFiles.Image image)
    {
        if (SizeOf(box, image) is not var (width, height))
            return null;
        var (left, top, right, bottom) = box.Region;
        if (box.IsRelative)
            (left, top, right, bottom) = (left * width, top * height, right * width, bottom * height);
        bool isFinite = double.IsFinite(left) && double.IsFinite(top) && double.IsFinite(right) && double.IsFinite(bottom);
        if (!isFinite || right <= left || bottom <= top)
        {
            Report(DatasetProblemKind.InvalidBox, box, "has no area");
            return null;
        }

        if (right <= 0 || bottom <= 0 || left >= width || top >= height)
        {
            Report(DatasetProblemKind.InvalidBox, box, FormattableString.Invariant($"lies outside of its image, which has {width} × {height} pixels"));
            return null;
        }

        int firstColumn = Nearest(left, width - 1), firstRow = Nearest(top, height - 1);
        int columns = Math.Max(1, Nearest(right, width) - firstColumn), rows = Math.Max(1, Nearest(bottom, height) - firstRow);
        return new ImageBox(firstColumn, firstRow, columns, rows, width, height);

        static int Nearest(double edge, int most) => (int)Math.Clamp(Math.Round(edge, MidpointRounding.AwayFromZero), 0, most);
    }

    private (int Width, int Height)? SizeOf(in AnnotatedBox box, SourceImageFiles.Image image)
    {
        try
        {
            return box.SourceSize ?? image.StoredSize();
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            Report(DatasetProblemKind.UnreadableFile, box, $"is on an image whose size is not known: {error.Message.TrimEnd('.')}");
            return null;
        }
    }

    private void LeaveOut(string why) => _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;

    private void Report(DatasetProblemKind kind, in AnnotatedBox box, string message) =>
        _problems.Add(new DatasetProblem(kind, box.Image, $"The box of {box.Where} on '{box.Image}' {message}; it is left out."));

    /// <summary>How many boxes were left out, and why, most frequent reason first.</summary>
    private string Explanation()
    {
        var reasons = _leftOut.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => FormattableString.Invariant($"{reason.Value} {reason.Key}"));
        string list = _leftOut.Count == 0 ? "none was left out" : $"left out are {string.Join(", ", reasons)}";
        return FormattableString.Invariant($"Of {_total} boxes, {list}.");
    }

    private readonly record struct KeptBox(SourceImageFiles.Image Image, ImageBox Box, string Class, DatasetPart Part);
}
