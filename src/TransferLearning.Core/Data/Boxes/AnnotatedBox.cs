namespace TransferLearning;

/// <summary>Attributes of a box.</summary>
[Flags]
internal enum BoxTraits
{
    None = 0,
    Group = 1,
    Occluded = 2,
    Truncated = 4,
    Depiction = 8,
}

/// <summary>A box as its annotation file has it.</summary>
/// <param name="Where">Its file and number, for messages.</param>
/// <param name="Folder">The full path of the folder of source images.</param>
/// <param name="FileName">The path of the source image relative to the folder, with forward slashes; it decides splits.</param>
/// <param name="Class">The name of its class.</param>
/// <param name="Region">Its edges, in pixels or as fractions of the source image.</param>
/// <param name="IsRelative">Whether the edges are fractions of the source image, from 0 to 1.</param>
/// <param name="SourceSize">The size of the source image in pixels; null if the annotations do not have it.</param>
/// <param name="Traits">Its attributes.</param>
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
    /// <summary>The full path of the source image.</summary>
    public string SourceImage => Path.Combine(Folder, FileName);
}

/// <summary>The position of a box in its annotation file.</summary>
/// <param name="Kind">What the number counts: annotation or row.</param>
/// <param name="Number">Its number.</param>
/// <param name="File">The annotation file.</param>
internal readonly record struct BoxPlace(string Kind, long Number, string File)
{
    /// <summary>For instance <c>annotation 17 of 'instances.json'</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Kind} {Number} of '{File}'");
}
