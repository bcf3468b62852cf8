"""Titles, headings and explanations of the plan's XLSX file, in English and Chinese.

They are part of the file's format and must be understood whatever the reader's language is, so
they stand here and not among the translated texts.
"""

TARGETS = "Targets"
NODES = "Nodes"
READ_ME = "Read me"

# name of the column: (English, Chinese)
LABELS = {
    "key": ("Key", "编号"),
    "path": ("Node", "节点"),
    "measure": ("Measure", "考核指标"),
    "meaning": ("What Is Measured", "考核指标说明"),
    "total": ("Total", "合计"),
    "label": ("Own Name", "自定义名称"),
    "territory": ("Territory", "销售区域"),
    "team": ("Sales Team", "销售团队"),
    "user": ("Salesperson (Login)", "销售员（登录名）"),
    "categ": ("Product Category", "产品类别"),
    "channel": ("Channel", "渠道"),
    "customer_class": ("Customer Class", "客户类别"),
    "product_class": ("Product Class", "产品分类"),
    "partner_ref": ("Customer Reference", "客户编号"),
    "partner": ("Customer", "客户"),
}

EXPLANATIONS = (
    (
        "Sheet “Targets”: a row per node and measure, a column per period (first – last day).",
        "“Targets”工作表：每个节点和考核指标一行，每个期间一列（首日 – 末日）。",
    ),
    (
        "An empty cell leaves the target as it is; 0 is a target of zero. Targets are removed in Odoo.",
        "单元格留空表示保持原目标不变；0 表示目标为零。删除目标请在 Odoo 中进行。",
    ),
    (
        "Enter numbers as numbers, zero or more. The column “Total” is only for you and is not read.",
        "请以数值格式输入大于或等于零的数字。“合计”列仅供查看，导入时不读取。",
    ),
    (
        "“Measure” is the code of one of the plan's measures; “What Is Measured” is not read.",
        "“考核指标”为计划中某个考核指标的代码；“考核指标说明”列不读取。",
    ),
    (
        "“Key” belongs to a node that exists: do not change it, and move rows as a whole.",
        "“编号”对应已有节点：请勿修改，移动时请整行移动。",
    ),
    (
        (
            "Sheet “Nodes”: a row per node with what it stands for. Of a node that exists only “Own "
            "Name” can be changed here; everything else is changed in Odoo."
        ),
        (
            "“Nodes”工作表：每个节点一行，列明其维度。对已有节点，此处只能修改“自定义名称”，"
            "其余请在 Odoo 中修改。"
        ),
    ),
    (
        (
            "A new node: add a row without a key to “Nodes”, with its path (for example Company / "
            "North / Ann; the node above must exist or be in the file) and what it stands for. Then "
            "use the same path in “Targets”. What is left empty is taken over from the node above."
        ),
        (
            "新增节点：在“Nodes”中增加一行，编号留空，填写路径（例如：公司 / 北区 / 小安；上级节点必须已存在"
            "或在文件中）及其维度；然后在“Targets”中使用相同路径。留空的维度沿用上级节点。"
        ),
    ),
    (
        (
            "Salespeople are named by login, product categories and territories by their full path, "
            "customers by reference or, where it is unique, by name."
        ),
        "销售员用登录名，产品类别和销售区域用完整路径，客户用客户编号；名称唯一时也可用名称。",
    ),
    (
        (
            "Periods are those of the plan. In a plan of free date ranges you may add columns: "
            "2026-12-29 – 2027-03-30."
        ),
        "期间以计划为准。自由日期范围的计划可以增加列，例如：2026-12-29 – 2027-03-30。",
    ),
    (
        "Rows that are not in the file stay as they are. A file with a fault changes nothing.",
        "文件中没有的行保持不变。文件有任何错误时，不会更改任何数据。",
    ),
)
