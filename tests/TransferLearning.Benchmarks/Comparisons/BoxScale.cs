using System.Diagnostics;
using System.Globalization;
using System.Text;
using SkiaSharp;
using TransferLearning.Benchmarks.Measuring;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Time and memory of reading large files of boxes: JSON of COCO and a table of Open Images, a tenth of the size and the whole, each in a
/// process of its own over images that are there. Prints the seconds, those of the processor, and the peak of resident memory.
/// </summary>
internal static class BoxScale
{
    private const int Images = 100_000;
    private const int CocoBoxes = 900_000;
    private const int TableRows = 1_000_000;
    private const int Classes = 80;
    private const int Width = 160;
    private const int Height = 120;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("transferlearning-boxes-").FullName;
        try
        {
            byte[] image = Draw();
            string images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
            for (int i = 0; i < Images; i++)
                await File.WriteAllBytesAsync(Path.Combine(images, NameOf(i) + ".jpg"), Numbered(image, i)).ConfigureAwait(false);
            Console.WriteLine($"{"",-14}{"boxes",10}{"file MB",10}{"seconds",10}{"CPU s",8}{"peak MB",10}");
            foreach (int part in (int[])[10, 1])
            {
                string coco = Path.Combine(folder, "boxes.json"), table = Path.Combine(folder, "boxes.csv");
                WriteCoco(coco, Images / part, CocoBoxes / part);
                await PrintAsync("coco", coco, images, CocoBoxes / part).ConfigureAwait(false);
                WriteTable(table, Images / part, TableRows / part);
                await PrintAsync("open-images", table, images, TableRows / part).ConfigureAwait(false);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// The work of the child: reads, and prints seconds, processor seconds, the peak of memory and the number of boxes that were taken.
    /// </summary>
    public static void Read(string kind, string file, string images)
    {
        var clock = Stopwatch.StartNew();
        var options = new BoxDatasetOptions { Splits = new ImageFolderOptions { ValidationFraction = 0.1 } };
        var dataset = kind == "coco"
            ? ImageDataset.FromCoco(file, images, options)
            : ImageDataset.FromOpenImages(file, Path.ChangeExtension(file, ".names"), images, options);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalSeconds};{self.TotalProcessorTime.TotalSeconds};{self.PeakWorkingSet64 / 1e6};" +
            $"{dataset.Train.Count + dataset.Validation.Count}"));
    }

    private static async Task PrintAsync(string kind, string file, string images, int boxes)
    {
        using var process = LineProcess.StartDotnet(typeof(BoxScale).Assembly.Location, "boxes", kind, file, images);
        string[] said = (await process.ReadAsync().ConfigureAwait(false)).Split(';');
        double[] numbers = [.. said.Select(one => double.Parse(one, CultureInfo.InvariantCulture))];
        if (numbers[3] < 0.9 * boxes)
            throw new InvalidOperationException(FormattableString.Invariant($"Of {boxes} boxes only {numbers[3]} were taken."));
        Console.WriteLine(FormattableString.Invariant(
            $"{kind,-14}{boxes,10}{new FileInfo(file).Length / 1e6,10:F0}{numbers[0],10:F1}{numbers[1],8:F1}{numbers[2],10:F0}"));
    }

    private static void WriteCoco(string path, int images, int boxes)
    {
        var random = new Random(1);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false));
        file.Write("""{"info":{},"licenses":[],"images":[""");
        for (int i = 0; i < images; i++)
        {
            string name = NameOf(i);
            file.Write(i == 0 ? "" : ",");
            file.Write($$"""{"license":1,"file_name":"{{name}}.jpg","coco_url":"x/{{name}}.jpg",""");
            file.Write(FormattableString.Invariant($$""" "height":{{Height}},"width":{{Width}},"id":{{i}}}"""));
        }

        file.Write("""],"annotations":[""");
        for (int i = 0; i < boxes; i++)
        {
            var (left, top, width, height) = Box(random);
            file.Write(i == 0 ? "" : ",");
            file.Write(FormattableString.Invariant(
                $$"""{"segmentation":[[{{left}},{{top}},{{left + width}},{{top}},{{left + width}},{{top + height}}]]"""));
            file.Write(FormattableString.Invariant(
                $$""","area":{{width * height:F1}},"iscrowd":0,"image_id":{{i % images}}"""));
            file.Write(FormattableString.Invariant($$""","bbox":[{{left}},{{top}},{{width}},{{height}}]"""));
            file.Write(FormattableString.Invariant($$""","category_id":{{1 + random.Next(Classes)}},"id":{{i}}}"""));
        }

        file.Write("""],"categories":[""");
        file.Write(string.Join(',', Enumerable.Range(1, Classes)
            .Select(i => FormattableString.Invariant($$"""{"supercategory":"thing","id":{{i}},"name":"class {{i}}"}"""))));
        file.Write("]}");
    }

    private static void WriteTable(string path, int images, int rows)
    {
        File.WriteAllLines(Path.ChangeExtension(path, ".names"), Enumerable.Range(0, Classes)
            .Select(i => FormattableString.Invariant($"/m/{i:000},class {i}")));
        var random = new Random(2);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false));
        file.WriteLine("ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside");
        for (int i = 0; i < rows; i++)
        {
            var (left, top, width, height) = Box(random);
            file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{NameOf(i % images)},xclick,/m/{random.Next(Classes):000},1,{left / Width:F6},{(left + width) / Width:F6}," +
                $"{top / Height:F6},{(top + height) / Height:F6},0,1,0,0,0"));
        }
    }

    private static (double Left, double Top, double Width, double Height) Box(Random random)
    {
        double width = 40 + (60 * random.NextDouble()), height = 40 + (40 * random.NextDouble());
        return (Math.Round((Width - width) * random.NextDouble(), 2), Math.Round((Height - height) * random.NextDouble(), 2),
            Math.Round(width, 2), Math.Round(height, 2));
    }

    private static string NameOf(int image) => image.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The image with a comment behind its first mark, so that all differ, as images do, and most in their length.</summary>
    private static byte[] Numbered(byte[] jpeg, int number)
    {
        byte[] comment = Encoding.ASCII.GetBytes(NameOf(number).PadRight(16 + (number % 997)));
        int length = comment.Length + 2;
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xFE, (byte)(length >> 8), (byte)length, .. comment, .. jpeg.AsSpan(2)];
    }

    private static byte[] Draw()
    {
        using var bitmap = new SKBitmap(Width, Height);
        bitmap.Erase(SKColors.SteelBlue);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
