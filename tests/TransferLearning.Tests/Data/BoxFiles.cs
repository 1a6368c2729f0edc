using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SkiaSharp;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Data;

/// <summary>Writes small versions of COCO and Open Images: source images with three shapes each, and their boxes.</summary>
internal static class BoxFiles
{
    public const int Width = 320;
    public const int Height = 140;
    public const int Side = 96;
    public const int PerImage = 3;

    /// <summary>The left edges of the shapes of an image; all have the same top.</summary>
    private static readonly int[] Lefts = [5, 112, 219];

    public const int Top = 23;

    /// <summary>The class of a shape: all three in turn, in another order on every image.</summary>
    public static int LabelOf(int source, int shape) => (source + (shape * (1 + (source % 2)))) % 3;

    public static string NameOf(int source) => string.Create(CultureInfo.InvariantCulture, $"{source:0000}.jpg");

    /// <summary>A folder of images and the JSON of their boxes, which a test may spoil before it is written.</summary>
    public static JsonObject Coco(string folder, int count, int seed = 0)
    {
        Directory.CreateDirectory(folder);
        var images = new JsonArray();
        var annotations = new JsonArray();
        for (int source = 0; source < count; source++)
        {
            DrawImage(Path.Combine(folder, NameOf(source)), source, seed);
            images.Add(new JsonObject
            {
                ["license"] = 1, ["id"] = source + 10, ["file_name"] = NameOf(source), ["width"] = Width, ["height"] = Height,
            });
            for (int shape = 0; shape < PerImage; shape++)
            {
                annotations.Add(new JsonObject
                {
                    ["segmentation"] = new JsonArray(new JsonArray(1.5, 2.5, 3.5)),
                    ["id"] = (source * PerImage) + shape + 100,
                    ["image_id"] = source + 10,
                    ["category_id"] = 7 + LabelOf(source, shape),
                    ["bbox"] = new JsonArray(Lefts[shape] + 0.25, Top - 0.25, Side + 0.2, Side + 0.1),
                    ["iscrowd"] = 0,
                });
            }
        }

        // Not in the order of their ids, with one without annotations, as in exports.
        int[] order = [2, 0, 1];
        var categories = new JsonArray(new JsonObject { ["id"] = 0, ["name"] = "shapes", ["supercategory"] = "none" });
        foreach (int label in order)
            categories.Add(new JsonObject { ["id"] = 7 + label, ["name"] = DrawnImages.Classes[label] });
        return new JsonObject
        {
            ["info"] = new JsonObject { ["year"] = 2026 }, ["annotations"] = annotations, ["categories"] = categories, ["images"] = images,
        };
    }

    /// <summary>A folder of images and the rows of their boxes, the header first.</summary>
    public static List<string> OpenImages(string folder, int count, int seed = 0)
    {
        Directory.CreateDirectory(folder);
        var rows = new List<string>
        {
            "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
        };
        for (int source = 0; source < count; source++)
        {
            DrawImage(Path.Combine(folder, NameOf(source)), source, seed);
            for (int shape = 0; shape < PerImage; shape++)
                rows.Add(OpenImagesRow(source, LabelOf(source, shape), Lefts[shape], Top, Side, Side));
        }

        return rows;
    }

    public static string OpenImagesRow(
        int source, int label, double left, double top, double width, double height, string traits = "0,0,0,0,0") =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{source:0000},xclick,/m/0{label},1,{left / Width:R},{(left + width) / Width:R}," +
            $"{top / Height:R},{(top + height) / Height:R},{traits}");

    public static string Descriptions(bool header = false) =>
        (header ? "LabelName,DisplayName\n" : "") + string.Concat(
            DrawnImages.Classes.Select((name, label) => $"/m/0{label},{name}\n")) + "/m/9,nothing\n";

    public static string Write(string path, JsonNode json)
    {
        File.WriteAllText(path, json.ToJsonString(), Encoding.UTF8);
        return path;
    }

    public static string Write(string path, IEnumerable<string> rows)
    {
        File.WriteAllLines(path, rows);
        return path;
    }

    private static void DrawImage(string path, int source, int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColor.FromHsl(37 * source % 360, 30, 60));
            for (int shape = 0; shape < PerImage; shape++)
            {
                using var drawn = SKBitmap.Decode(
                    DrawnImages.Encode(LabelOf(source, shape), (seed * 10_000) + (source * PerImage) + shape, Side));
                canvas.DrawBitmap(drawn, Lefts[shape], Top);
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 92);
        File.WriteAllBytes(path, data.ToArray());
    }
}
