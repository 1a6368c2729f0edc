internal sealed class Picture
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public static Picture[] Below(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new Picture { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path)!) }),
    ];
}
