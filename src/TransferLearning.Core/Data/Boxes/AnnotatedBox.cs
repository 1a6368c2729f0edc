namespace TransferLearning;

/// <summary>What annotations say of a box beside its place.</summary>
[Flags]
internal enum BoxTraits
{
    None = 0,
    Group = 1,
    Occluded = 2,
    Truncated = 4,
    Depiction = 8,
}

/// <summary>A box as its annotations have it.</summary>
/// <param name="Where">What messages call it: its file, and its number there.</param>
/// <param name="Folder">The full path of the folder of images.</param>
/// <param name="FileName">The name of the image in the annotations, with slashes: the path from the folder, which decides splits.</param>
/// <param name="Class">The name of its class.</param>
/// <param name="Region">Its edges, in pixels or in parts of the image.</param>
/// <param name="IsRelative">Whether the edges are parts of the image, from 0 to 1.</param>
/// <param name="SourceSize">The size of the image in pixels; null where the annotations do not say it.</param>
/// <param name="Traits">What else is said of it.</param>
internal readonly record struct AnnotatedBox(
    BoxPlace Where,
    string Folder,
    string FileName,
    string Class,
    PixelRegion Region,
    bool IsRelative,
    (int Width, int Height)? SourceSize,
    BoxTraits Traits)
{
    /// <summary>The path of the image, below the full one of its folder.</summary>
    public string Image => Path.Combine(Folder, FileName);
}

/// <summary>Where a box is written down.</summary>
/// <param name="Kind">What the number counts: annotation or row.</param>
/// <param name="Number">Its number.</param>
/// <param name="File">The file of annotations.</param>
internal readonly record struct BoxPlace(string Kind, long Number, string File)
{
    /// <summary>For instance <c>annotation 17 of 'instances.json'</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Kind} {Number} of '{File}'");
}
